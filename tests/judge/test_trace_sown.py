"""Sown intermediates: compared by hand, recorded in a real sandbox, judged with a package."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from judge.answer import Sown, Trace
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.report import Diff
from judge.spec import CompareRule
from judge.trace_sown import KIND, compare_sown
from judge.verdict import Reason, Verdict
from tests.conftest import PROBLEMS

X = np.arange(6, dtype=np.float32).reshape(2, 3)
RULE = CompareRule()


def trace(*values: np.ndarray | None, name: str = "h", rows: int = 1) -> Trace:
    return Trace(sown=tuple(Sown(name, value, rows) for value in values))


class TestComparison:
    @pytest.mark.parametrize(
        ("expected", "got"),
        [
            (trace(X, X + 1), trace(X, X + 1)),
            (trace(X), trace(X + 1, X)),
            (trace(X), trace(np.stack([X + 1, X]), rows=2)),
            (trace(X), trace(X[::-1], rows=2)),
            (trace(np.stack([X, X + 1]), rows=2), trace(X, X + 1)),
            (trace(np.stack([X, X + 1]), rows=2), trace(X - 1, X, X + 1)),
            (trace(X, X + 1), trace(np.stack([X, X + 1]), rows=2)),
            (trace(None), trace(X)),
            (trace(), trace(X)),
            (trace(X, name="other"), trace()),
        ],
        ids=[
            "order",
            "earlier",
            "jitted",
            "mapped",
            "loop",
            "later_loop",
            "scan",
            "unknown",
            "none",
            "undeclared",
        ],
    )
    def test_agree(self, expected: Trace, got: Trace) -> None:
        assert compare_sown(["h"], expected, got, RULE) == ()

    @pytest.mark.parametrize(
        ("expected", "got", "differs", "said"),
        [
            (trace(X), trace(), "missing", 'self.sow("intermediates", "h", value)'),
            (trace(X), trace(X, name="other"), "missing", "Nothing was sown as h"),
            (trace(X, X), trace(X), "missing", "h was sown once; expected 2 times"),
            (trace(X), trace(None), "kind", "not a single array"),
            (trace(X), trace(X[0]), "value", "expected the shape (2, 3), got (3,)"),
            (trace(X, X + 1), trace(X + 1, X), "value", "(1 of 2)"),
            (trace(np.stack([X, X + 1]), rows=2), trace(X, X + 2), "value", "not the expected"),
            (trace(np.stack([X, X + 1, X]), rows=3), trace(X, X + 1), "value", "(3, 2, 3)"),
            (trace(X), Trace(complete=False), "all", "More was recorded"),
        ],
    )
    def test_differ(self, expected: Trace, got: Trace, differs: str, said: str) -> None:
        (finding,) = compare_sown(["h"], expected, got, RULE)
        assert finding.kind == KIND
        assert said in finding.message
        assert (finding.evidence["name"], finding.evidence["differs"]) == ("h", differs)

    def test_the_diff_is_in_the_evidence(self) -> None:
        got = X.copy()
        got[1, 2] = 7
        (finding,) = compare_sown(["h"], trace(X), trace(got), RULE)
        diff = Diff.model_validate(finding.evidence["diff"])
        assert diff.first is not None
        assert diff.first.index == (1, 2)

    def test_the_rule_is_the_packages(self) -> None:
        assert compare_sown(["h"], trace(X), trace(X + 0.01), CompareRule(atol=0.1)) == ()
        assert compare_sown(["h"], trace(X), trace(X + 0.01), RULE)


LINEN = """
import jax, jax.numpy as jnp, flax.linen as nn

class Scores(nn.Module):
    @nn.compact
    def __call__(self, x):
        {sow}
        return x - x.max(axis=-1, keepdims=True)

class Model(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.softmax(Scores()(x))

def solve(x):
    model = Model()
    variables = model.init(jax.random.key(0), x)
    return {call}
"""
NNX = """
import jax, jax.numpy as jnp
from flax import nnx

class Model(nnx.Module):
    def __call__(self, x):
        {sow}
        return jax.nn.softmax(x)

def solve(x):
    model = Model()
    return {call}
"""
SOW = 'self.sow("intermediates", "shifted", x - x.max(axis=-1, keepdims=True))'
NNX_SOW = SOW.replace('"intermediates"', "nnx.Intermediate")
APPLY = "model.apply(variables, x)"


STEPS = """
import jax, jax.numpy as jnp, flax.linen as nn

class Step(nn.Module):
    @nn.compact
    def __call__(self, total, row):
        self.sow("intermediates", "total", total + {row})
        return total + row, None

class Model(nn.Module):
    @nn.compact
    def __call__(self, x):
        total = jnp.zeros(x.shape[1:])
        {steps}
        return nn.softmax(x) + 0 * total

def solve(x):
    return Model().apply({{}}, x)
"""
SCAN = 'total, _ = nn.scan(Step, variable_axes={"intermediates": 0})()(total, x)'
LOOP = """for row in x:
            total, _ = Step()(total, row)"""


@pytest.fixture(scope="module")
def sowing(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The softmax problem, whose reference also sows the shifted scores."""
    return _sowing(tmp_path_factory, "shifted", LINEN.format(sow=SOW, call=APPLY))


@pytest.fixture(scope="module")
def stepping(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The softmax problem, whose reference also sows running sums of rows, inside a scan."""
    return _sowing(tmp_path_factory, "total", STEPS.format(row="row", steps=SCAN))


def _sowing(tmp_path_factory: pytest.TempPathFactory, name: str, reference: str) -> Package:
    root = tmp_path_factory.mktemp("problems") / "sowing"
    shutil.copytree(PROBLEMS / "stable-softmax", root)
    (root / "reference.py").write_text(reference)
    declared = root / "problem.yaml"
    text = "".join(
        line
        for line in Path(declared).read_text().splitlines(keepends=True)
        if not line.startswith("trace:")
    )
    declared.write_text(text + f"\ntrace: {{sown: [{name}]}}\n")
    return load(root)


@pytest.mark.sandbox
@pytest.mark.xdist_group("sown")
class TestSandbox:
    @pytest.mark.parametrize(
        "source",
        [
            LINEN.format(sow=SOW, call=APPLY),
            LINEN.format(sow=SOW, call=f"jax.jit(lambda x: {APPLY})(x)"),
            LINEN.format(sow=SOW, call="model.apply(variables, x, mutable='intermediates')[0]"),
            LINEN.format(sow=SOW, call="jax.vmap(lambda x: model.apply(variables, x))(x)"),
            LINEN.format(
                sow=SOW.replace('"intermediates", ', 'col="intermediates", name=').replace(
                    ", x - x", ", value=x - x"
                ),
                call=APPLY,
            ),
            NNX.format(sow=NNX_SOW, call="model(x)"),
            NNX.format(sow=NNX_SOW, call="nnx.jit(lambda model, x: model(x))(model, x)"),
        ],
        ids=["eager", "jit", "collected", "vmap", "keywords", "nnx", "nnx_jit"],
    )
    def test_what_is_sown_is_right(self, judge: Judge, sowing: Package, source: str) -> None:
        report = grade(sowing, source, judge=judge, plan_seed=3, groups=["sample"])
        assert report.verdict is Verdict.AC, report.diagnosis

    @pytest.mark.parametrize("call", [APPLY, f"jax.jit(lambda x: {APPLY})(x)"])
    @pytest.mark.parametrize(
        ("sow", "differs"),
        [
            ("pass", "missing"),
            (SOW.replace("shifted", "other"), "missing"),
            (SOW.replace("intermediates", "elsewhere"), "missing"),
            (f"{SOW} if self.is_initializing() else None", "missing"),
            (SOW.replace("max", "min"), "value"),
        ],
        ids=["nothing", "name", "collection", "init", "value"],
    )
    def test_what_is_missing_or_differs_is_wrong(
        self, judge: Judge, sowing: Package, call: str, sow: str, differs: str
    ) -> None:
        source = LINEN.format(sow=sow, call=call)
        report = grade(sowing, source, judge=judge, plan_seed=3, groups=["sample"])
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.TRACE)
        (finding,) = report.cases[0].findings
        assert finding.kind == KIND
        assert finding.evidence["differs"] == differs
        assert ("diff" in finding.evidence) == (differs == "value")
        assert all(not diff.mismatched for diff in report.cases[0].diffs)

    @pytest.mark.parametrize("steps", [SCAN, LOOP], ids=["scan", "loop"])
    def test_a_loop_may_sow_what_the_reference_sows_in_a_scan(
        self, judge: Judge, stepping: Package, steps: str
    ) -> None:
        right = STEPS.format(row="row", steps=steps)
        assert grade(stepping, right, judge=judge, plan_seed=3, groups=["sample"]).verdict == "AC"
        wrong = STEPS.format(row="2 * row", steps=steps)
        report = grade(stepping, wrong, judge=judge, plan_seed=3, groups=["sample"])
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.TRACE)
