"""Explanations: each row of the table on exceptions that really happen, in the sandbox."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.answer import Raised
from judge.explain import explain, explained, explanations
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.sandbox.process import SandboxedProcess
from judge.verdict import Verdict
from tests.conftest import PROBLEMS

PROGRAM = Path(__file__).parent / "submissions" / "raising.py"
SOURCE = PROGRAM.read_text(encoding="utf-8")


def declared() -> list[str]:
    """The explanations that the program's exceptions must get, in its order."""
    for node in ast.parse(SOURCE).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RAISING":
            assert isinstance(node.value, ast.List)
            return [ast.literal_eval(pair.elts[0]) for pair in node.value.elts]  # type: ignore[attr-defined]
    raise AssertionError("the program has no table")


DECLARED = declared()


@pytest.fixture(scope="module")
def raising(judge: Judge) -> Iterator[SandboxedProcess]:
    """A sandbox with the program that raises."""
    with judge.package_process("cpu") as process:
        loaded = process.load("raising", SOURCE, "solve", ["number"])
        assert loaded.failure is None, loaded
        yield process


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("number", "wanted"),
    list(enumerate(DECLARED)),
    ids=[f"{n}-{i}" for n, i in enumerate(DECLARED)],
)
def test_what_is_raised_is_explained(raising: SandboxedProcess, number: int, wanted: str) -> None:
    answer = raising.call("raising", {"number": number})
    assert answer.raised is not None, answer
    finding = explain(answer.raised)
    assert finding is not None, answer.raised
    assert finding.evidence == {
        "explanation": wanted,
        "type": answer.raised.type_name,
        "line": answer.raised.line,
    }
    assert finding.message.startswith(f"Line {answer.raised.line}: ")
    assert "site-packages" not in finding.message
    assert "?" not in finding.message


def test_every_row_is_tried() -> None:
    assert {row.id for row in explanations()} == set(DECLARED)
    assert len({row.id for row in explanations()}) == len(explanations())


def test_a_sentence_asks_for_nothing_that_its_pattern_does_not_give() -> None:
    for row in explanations():
        fields = {field for _, field, _, _ in string.Formatter().parse(row.sentence) if field}
        assert fields <= set(re.compile(row.pattern).groupindex), row.id


@pytest.mark.sandbox
class TestReport:
    def test_the_exception_comes_first_and_the_explanation_is_the_diagnosis(
        self, judge: Judge, package: Package
    ) -> None:
        source = (
            "import jax.numpy as jnp\n"
            "def solve(seed, x, num_layers, features):\n"
            "    return jnp.zeros((x.shape[0], features))\n"
        )
        report = grade(package, source, judge=judge, plan_seed=20, groups=["sample"])
        assert report.verdict is Verdict.RTE
        kinds = [finding.kind for finding in report.cases[0].findings]
        assert kinds == ["exception", "explanation"]
        assert "(line 3)" in report.cases[0].findings[0].message
        assert report.diagnosis is not None
        assert report.diagnosis.pitfall is None
        assert report.diagnosis.message.startswith("Line 3: A shape holds whole numbers only")

    def test_what_import_raises_is_explained_too(self, judge: Judge, package: Package) -> None:
        source = "import torch\ndef solve(seed, x, num_layers, features): pass\n"
        report = grade(package, source, judge=judge, plan_seed=20, groups=["sample"])
        assert report.diagnosis is not None
        assert report.diagnosis.message.startswith(
            "Importing the program raised ModuleNotFoundError. Line 1: There is no torch here"
        )

    def test_a_pattern_is_the_diagnosis_where_no_pitfall_is_named(self, judge: Judge) -> None:
        softmax = load(PROBLEMS / "stable-softmax")
        source = "import jax\ndef solve(x):\n    return 3.7 * jax.nn.softmax(x)\n"
        report = grade(softmax, source, judge=judge, plan_seed=20, groups=["sample"])
        kinds = [finding.kind for finding in report.cases[0].findings]
        assert kinds == ["values", "pattern_scaled"]
        assert report.diagnosis is not None
        assert report.diagnosis.pitfall is None
        assert report.diagnosis.message == "Your result is 3.7 times the expected one, everywhere."


class TestHostileText:
    def test_braces_are_text(self) -> None:
        finding = explain(Raised("NameError", "name '{__class__}' is not defined", "", 1))
        assert finding is None
        found = explained("KeyError", "'{0.__class__}'")
        assert found is not None
        assert "{0.__class__}" in found[1]

    def test_long_messages_are_cut(self) -> None:
        found = explained("KeyError", repr("a" * 1900))
        assert found is not None
        assert len(found[1]) < 400

    @pytest.mark.timeout(20)
    def test_no_message_takes_long(self) -> None:
        for text in ("(" * 10_000, "'" * 10_000, "(1, " * 5000, "a" * 10_000, ", ((" * 5000):
            for type_name in sorted({row.type for row in explanations()}):
                explained(type_name, text)

    def test_an_unknown_exception_is_left_alone(self) -> None:
        assert explain(Raised("solution.MyError", "no", "", 3)) is None
