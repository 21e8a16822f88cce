"""Weak types are told of and never change a verdict: by hand, then with real programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from judge.answer import Leaf, LeafKind, Output
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.verdict import Verdict
from judge.weak_types import KIND, weak_type_findings
from tests.conftest import PROBLEMS


def output(*weak: bool, kind: LeafKind = LeafKind.JAX, path: str = "") -> Output:
    leaves = (Leaf(f"{path}[{i}]", np.ones(2, np.float32), kind, w) for i, w in enumerate(weak))
    return Output("*", tuple(leaves))


class TestFindings:
    def test_the_first_leaf_is_named(self) -> None:
        (finding,) = weak_type_findings(output(False, False, False), output(False, True, True))
        assert finding.kind == KIND
        assert finding.message.startswith("Your result at [1] is weakly typed: it came from")
        assert finding.evidence == {"path": "[1]", "weak": True, "leaves": 2}

    def test_so_is_a_missing_weak_type(self) -> None:
        (finding,) = weak_type_findings(output(True), output(False))
        assert "keeps its dtype" in finding.message

    @pytest.mark.parametrize(
        ("expected", "got"),
        [
            (output(False, True), output(False, True)),
            (output(False), output(True, kind=LeafKind.PYTHON_SCALAR)),
            (output(True, kind=LeafKind.PYTHON_SCALAR), output(False)),
            (output(False), output(True, True)),
            (output(False), output(True, path="[0]")),
        ],
    )
    def test_nothing_else_is_told_of(self, expected: Output, got: Output) -> None:
        assert weak_type_findings(expected, got) == ()


@pytest.fixture
def ones(tmp_path: Path) -> Package:
    """A problem whose answer is ones of the shape and dtype of its input."""
    root = tmp_path / "ones"
    shutil.copytree(PROBLEMS / "stable-softmax", root)
    text = "import jax.numpy as jnp\n\n\ndef solve(x):\n    return jnp.ones(x.shape, x.dtype)\n"
    (root / "reference.py").write_text(text)
    return load(root)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("value", "kinds"),
    [("jnp.broadcast_to(1.0, x.shape)", [KIND]), ("jnp.ones(x.shape, x.dtype)", [])],
)
def test_a_weakly_typed_answer_is_right(
    judge: Judge, ones: Package, value: str, kinds: list[str]
) -> None:
    source = f"import jax.numpy as jnp\n\ndef solve(x):\n    return {value}\n"
    report = grade(ones, source, judge=judge, plan_seed=3)
    assert report.verdict is Verdict.AC, report.diagnosis
    for case in report.cases:
        assert [finding.kind for finding in case.findings] == kinds
    assert all(not r.message for r in report.transforms if r.verdict is Verdict.AC)
