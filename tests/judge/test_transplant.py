"""Which parameters may be transplanted, and what follows: by hand, then with hostile programs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from judge.answer import Layer, Trace
from judge.draws import Draws, unlike
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.plan import draw
from judge.report import Report
from judge.spec import Transplant
from judge.transforms import same_bits
from judge.transplant import EXPLANATION, initial_layers
from judge.verdict import Reason, Verdict
from tests.conftest import PROBLEMS

RNG = np.random.default_rng(3)


def kernel(rows: int = 12, columns: int = 8, spread: float = 0.3) -> np.ndarray:
    return RNG.normal(scale=spread, size=(rows, columns)).astype(np.float32)


def layer(path: str, value: np.ndarray, phase: str = "init", cls: str = "Dense") -> Layer:
    params = {"kernel": value, "bias": np.zeros(value.shape[-1], np.float32)}
    return Layer(path, cls, phase, params, None, None)


class TestDraws:
    def test_another_draw_of_one_initialiser_is_taken(self) -> None:
        for size in [(1, 1), (1, 8), (2, 2), (4, 4), (12, 8), (64, 64)]:
            for _ in range(200):
                assert unlike(kernel(*size), kernel(*size)) is None

    def test_so_is_a_uniform_draw_of_that_variance(self) -> None:
        for _ in range(200):
            uniform = RNG.uniform(-(3**0.5), 3**0.5, size=(12, 8)).astype(np.float32)
            assert unlike(kernel(), 0.3 * uniform) is None

    @pytest.mark.parametrize(
        ("forged", "told"),
        [
            (np.zeros((12, 8), np.float32), "all zeros"),
            (np.ones((12, 8), np.float32), "all ones"),
            (np.full((12, 8), 0.3, np.float32), "repeats its values"),
            (np.tile([0.3, -0.3], (12, 4)).astype(np.float32), "repeats its values"),
            (np.repeat(kernel(12, 4), 2, axis=1), "multiples of each other"),
            (np.outer(kernel(12, 1), kernel(1, 8)).astype(np.float32), "multiples of each other"),
            (kernel(spread=0.01), "standard deviation"),
            (kernel(spread=3.0), "standard deviation"),
            (np.abs(kernel(spread=0.4)), "mean"),
            (np.where(np.eye(12, 8) > 0, np.nan, kernel()).astype(np.float32), "not finite"),
        ],
    )
    def test_what_no_draw_gives_is_refused(self, forged: np.ndarray, told: str) -> None:
        why = unlike(kernel(), forged)
        assert why is not None
        assert told in why

    def test_constants_have_to_be_the_same(self) -> None:
        tenth = np.full(8, 0.1, np.float32)
        assert unlike(tenth, tenth.copy()) is None
        assert unlike(tenth, np.full(8, 0.2, np.float32)) == "is not the task's constant"
        assert unlike(np.zeros(8), np.ones(8)) is not None

    def test_one_kernel_in_two_layers_is_refused(self) -> None:
        tied = kernel(8, 8)
        pairs = [(layer("a", kernel(8, 8)), layer("b", tied)) for _ in range(2)]
        refusal = Draws().refusal(0, pairs)
        assert refusal is not None
        assert "the same as that of another layer" in refusal.message

    def test_one_kernel_under_two_seeds_is_refused(self) -> None:
        draws, same = Draws(), kernel()
        assert draws.refusal(0, [(layer("a", kernel()), layer("b", same))]) is None
        refusal = draws.refusal(1, [(layer("a", kernel()), layer("b", same))])
        assert refusal is not None
        assert "although the seed is not" in refusal.message

    def test_one_kernel_under_one_seed_is_taken(self) -> None:
        draws, same, wanted = Draws(), kernel(), kernel()
        for case in range(2):
            assert draws.refusal(case, [(layer("a", wanted), layer("b", same))]) is None


class TestInitialLayers:
    A, B = kernel(4, 6), kernel(6, 2)
    REFERENCE = Trace(
        (
            layer("Dense_0", A),
            layer("Dense_1", B),
            layer("Dense_0", A, "apply"),
            layer("Dense_1", B, "apply"),
        )
    )

    def paths(self, *layers: Layer) -> list[tuple[str, str]] | None:
        pairs = initial_layers(self.REFERENCE, Trace(layers))
        return None if pairs is None else [(one.path, other.path) for one, other in pairs]

    def test_layers_are_paired_by_the_order_of_their_application(self) -> None:
        assert self.paths(
            layer("Linear_0", self.B, cls="nnx.Linear"),
            layer("Linear_1", self.A, cls="nnx.Linear"),
            layer("Linear_1", self.A, "apply", "nnx.Linear"),
            layer("Linear_0", self.B, "apply", "nnx.Linear"),
        ) == [("Dense_0", "Linear_1"), ("Dense_1", "Linear_0")]

    def test_by_the_order_of_initialisation_where_paths_say_nothing(self) -> None:
        pairs = initial_layers(
            self.REFERENCE,
            Trace(
                (
                    layer("Linear_0", self.A, cls="nnx.Linear"),
                    layer("Linear_1", self.B, cls="nnx.Linear"),
                    layer("", self.A, "apply", "nnx.Linear"),
                    layer("", self.B, "apply", "nnx.Linear"),
                )
            ),
        )
        assert pairs is not None
        assert [other.path for _, other in pairs] == ["Linear_0", "Linear_1"]

    def test_what_init_drew_is_taken_not_what_was_applied(self) -> None:
        pairs = initial_layers(
            self.REFERENCE,
            Trace(
                (
                    layer("a", self.A),
                    layer("b", self.B),
                    layer("a", 2 * self.A, "apply"),
                    layer("b", 2 * self.B, "apply"),
                )
            ),
        )
        assert pairs is not None
        np.testing.assert_array_equal(pairs[0][1].params["kernel"], self.A)

    def test_too_few_layers_are_not_paired(self) -> None:
        assert self.paths(layer("a", self.A), layer("a", self.A, "apply")) is None


@pytest.fixture(scope="module")
def mlp() -> Package:
    return load(PROBLEMS / "mlp-from-init")


def judged(package: Package, source: str, judge: Judge) -> Report:
    judge.warm(package)
    return grade(package, source, judge=judge, plan_seed=20, groups=["sample"])


def kinds(report: Report) -> set[str]:
    return {finding.kind for case in report.cases for finding in case.findings}


def known(package: Package, path: str) -> str:
    return next(one.source for one in package.submissions if one.path == path)


@pytest.mark.sandbox
@pytest.mark.xdist_group("mlp-from-init")
class TestPolicy:
    NAMED = "accepted/explicit_names.py"

    def test_passes(self, mlp: Package, judge: Judge) -> None:
        report = judged(mlp, known(mlp, self.NAMED), judge)
        assert report.verdict is Verdict.AC
        (finding,) = report.cases[0].findings
        assert (finding.kind, finding.message) == ("transplant", EXPLANATION)
        assert finding.evidence["margin_with_task_parameters"] > 1
        assert finding.evidence["margin_with_own_parameters"] < 1

    @pytest.mark.parametrize(
        ("policy", "said"),
        [(Transplant.EXPLAINED, True), (Transplant.OFF, False)],
    )
    def test_does_not_pass(
        self, mlp: Package, judge: Judge, policy: Transplant, said: bool
    ) -> None:
        spec = mlp.spec.model_copy(update={"transplant": policy})
        report = judged(dataclasses.replace(mlp, spec=spec), known(mlp, self.NAMED), judge)
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.VALUES)
        assert report.diagnosis is not None
        assert report.diagnosis.pitfall is None
        assert (report.diagnosis.message == EXPLANATION) == said

    def test_an_answer_is_remembered_by_the_parameters(self, mlp: Package, judge: Judge) -> None:
        plan = draw(mlp, 20, groups=["sample"])
        with judge.reference(mlp, plan, "cpu") as reference:
            own = reference.expect()[0].result()
            parameters = tuple(layer.params for layer in own.trace.initialised())
            doubled = tuple({n: 2 * value for n, value in one.items()} for one in parameters)
            answers = [reference.transplanted(plan.cases[0], p) for p in (parameters, doubled)]
            again = [reference.transplanted(plan.cases[0], p) for p in (parameters, doubled)]
        assert [one is other for one, other in zip(answers, again, strict=True)] == [True, True]
        same, other = [answer.output for answer in answers if answer is not None]
        assert same_bits(same, own.output)
        assert not same_bits(other, own.output)

    def test_automatic_names_have_to_hold_the_seeds_own(self, mlp: Package, judge: Judge) -> None:
        report = judged(mlp, known(mlp, "wrong_answer/seed_ignored.py"), judge)
        assert "trace_seed" in kinds(report)
        assert not {"transplant", "transplant_refused"} & kinds(report)


@pytest.mark.sandbox
@pytest.mark.xdist_group("mlp-from-init")
class TestForged:
    """A program without an MLP, that writes a trace to its liking into the recorder."""

    FORGERY = """
import sys
import numpy as np
import jax.numpy as jnp

def solve(seed, x, hidden, out):
    recorder = sys.modules["runner.observe"]._current.recorder
    draw = np.random.default_rng(int(seed) + 1).normal
    given, number = np.asarray(x), 0
    widths = [int(hidden), int(hidden), int(out)]
    layers = []
    for index, width in enumerate(widths):
        kernel = np.asarray(KERNEL(draw, given.shape[1], width), np.float32)
        bias = np.zeros(width, np.float32)
        made = given @ kernel + bias
        layers.append((f"own_{index}", {"kernel": kernel, "bias": bias}, given, made))
        given = ACTIVATION(made) if index < 2 else made
    for phase in ("init", "apply"):
        for path, params, one, other in layers:
            recorder.store(number, False, {"path": path, "cls": "Dense", "phase": phase},
                           params, one, other)
            number += 1
    return jnp.asarray(given)
"""

    def forge(self, kernel: str, activation: str = "lambda made: made") -> str:
        head = f"KERNEL = lambda draw, a, b: {kernel}\nACTIVATION = {activation}\n"
        return head + self.FORGERY

    @pytest.mark.parametrize(
        "kernel",
        [
            "np.zeros((a, b))",
            "np.full((a, b), 1 / a)",
            "np.abs(draw(size=(a, b))) / a**0.5",
            "np.outer(draw(size=a), draw(size=b)) / a**0.5",
            "draw(size=(a, b)) * 1e-6",
        ],
    )
    def test_parameters_with_which_any_maths_agrees_are_refused(
        self, mlp: Package, judge: Judge, kernel: str
    ) -> None:
        report = judged(mlp, self.forge(kernel), judge)
        assert report.verdict is Verdict.WA
        assert "transplant_refused" in kinds(report)
        assert "transplant" not in kinds(report)

    def test_a_plausible_draw_does_not_make_wrong_maths_right(
        self, mlp: Package, judge: Judge
    ) -> None:
        report = judged(mlp, self.forge("draw(size=(a, b)) / a**0.5"), judge)
        assert report.verdict is Verdict.WA
        assert "transplant" not in kinds(report)

    def test_what_is_not_defended(self, mlp: Package, judge: Judge) -> None:
        """The right maths on plausible numbers that Flax did not draw."""
        kernel = "np.clip(draw(size=(a, b)), -2, 2) / a**0.5"
        report = judged(mlp, self.forge(kernel, "lambda made: np.maximum(made, 0)"), judge)
        assert report.verdict is Verdict.AC
