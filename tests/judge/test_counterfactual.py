"""What a wrong answer is said to be the right answer to: by hand, then with the real reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from judge.alteration import KINDS, PREFIX, Alteration, Inputs
from judge.alterations import alterations
from judge.answer import Answer, Ending
from judge.case import Case, Plan
from judge.counterfactual import Failure, counterfactual
from judge.grade import grade
from judge.judge import Judge
from judge.numbers import Array
from judge.package import Package, load
from judge.patterns.evidence import ENOUGH_BITS, nearer
from judge.plan import draw
from judge.redaction import for_learner
from judge.reference import ReferenceRunner
from judge.report import Finding
from judge.result import case_result
from judge.spec import ArrayInput, Grading, ProblemSpec
from judge.verdict import Verdict, Visibility
from tests.conftest import PROBLEMS

RANDOM = np.random.default_rng(11)
F = np.float32

TWO_LEAVES = """
def solve(x, gamma, beta, eps):
    return {"beta": 2 * (gamma + beta), "gamma": 2 * (gamma + beta) + 1}
"""
HANGS = """
def solve(x, gamma, beta, eps):
    while not gamma.any():
        pass
    return x * gamma
"""


@pytest.fixture(scope="module")
def layer_norm() -> Package:
    return load(PROBLEMS / "layer-norm")


@pytest.fixture(scope="module")
def plan(layer_norm: Package) -> Plan:
    return draw(layer_norm, 77, groups=("sample", "base"))


@pytest.fixture(scope="module")
def reference(judge: Judge, layer_norm: Package, plan: Plan) -> Iterator[ReferenceRunner]:
    with judge.reference(layer_norm, plan, "cpu") as runner:
        yield runner


@pytest.fixture(scope="module")
def expected(reference: ReferenceRunner) -> list[Answer]:
    return [future.result() for future in reference.expect()]


def altered(package: Package, kind: str, *inputs: str) -> Alteration:
    """The first alteration of that kind and those inputs."""
    return next(a for a in alterations(package.spec) if (a.kind, a.inputs) == (kind, inputs))


def failures(
    package: Package, cases: Sequence[Case], expected: Sequence[Answer], answers: Sequence[Answer]
) -> list[Failure]:
    """The cases on which the answers are wrong."""
    judged = [
        Failure(case, right, case_result(package, case, right, answer), answer)
        for case, right, answer in zip(cases, expected, answers, strict=True)
    ]
    return [failure for failure in judged if failure.result.verdict is not Verdict.AC]


def with_values(answer: Answer, *values: Array) -> Answer:
    assert answer.output is not None
    leaves = tuple(
        replace(leaf, value=value) for leaf, value in zip(answer.output.leaves, values, strict=True)
    )
    return replace(answer, output=replace(answer.output, leaves=leaves))


def value(answer: Answer, leaf: int = 0) -> Array:
    assert answer.output is not None
    return answer.output.leaves[leaf].value


class TestAlterations:
    @pytest.mark.parametrize("problem", sorted(p.name for p in PROBLEMS.iterdir()))
    def test_each_changes_something_and_nothing_else(self, problem: str) -> None:
        package = load(PROBLEMS / problem)
        made = 0
        for case in draw(package, 5).cases:
            for alteration in alterations(package.spec):
                inputs = alteration.make(case.inputs)
                if inputs is None:
                    continue
                made += 1
                changed = {
                    name
                    for name, given in case.inputs.items()
                    if inputs[name] is not given and not np.array_equal(inputs[name], given)
                }
                assert changed
                assert changed <= set(alteration.inputs)
                for name, given in case.inputs.items():
                    assert type(inputs[name]) is type(given)
                    assert np.asarray(inputs[name]).dtype == np.asarray(given).dtype
        assert made > 50

    def test_numbers_stay_in_their_range(self, package: Package) -> None:
        """A seed in place of a width would be a model of 10**9 units."""
        ranges = {i.name: i.range for i in package.spec.inputs if not isinstance(i, ArrayInput)}
        for case in draw(package, 5).cases:
            for alteration in alterations(package.spec):
                inputs = alteration.make(case.inputs) or {}
                for name, limits in ranges.items():
                    if limits is not None and name in inputs:
                        assert limits[0] <= inputs[name] <= limits[1], alteration.when

    def test_the_sentences(self, layer_norm: Package) -> None:
        told = {a.when: a.hint for a in alterations(layer_norm.spec)}
        assert told["all of gamma is 1"] == "is gamma used?"
        assert told["x is rounded to bfloat16 first"] == "keep the dtype that the inputs have."
        assert "gamma and beta change places" in told
        assert {a.kind for a in alterations(layer_norm.spec)} <= set(KINDS)
        assert all(hint[-1] in ".?" for hint in told.values())

    def test_rows_for_columns_where_all_are_matrices_of_one_size(self) -> None:
        spec = load(PROBLEMS / "stable-softmax").spec
        whole = _softmax_like(spec, "one_row")
        along = _softmax_like(spec, "axes")
        assert np.allclose(whole.sum(), 1)
        assert np.allclose(along.sum(0), 1)


def _softmax_like(spec: ProblemSpec, kind: str) -> Array:
    """A softmax of rows, asked for an altered case, as it is compared."""
    alteration = next(a for a in alterations(spec) if a.kind == kind)
    x = RANDOM.normal(size=(3, 5)).astype(F)
    made = alteration.make({"x": x})
    assert made is not None
    assert alteration.restore is not None
    powers = np.exp(np.asarray(made["x"]))
    return alteration.restore(powers / powers.sum(-1, keepdims=True), x.shape)


class TestNearer:
    X = RANDOM.normal(size=(4, 5)).astype(F)

    def test_what_is_the_same_explains(self) -> None:
        assert nearer(self.X, self.X + 1, self.X + 1) > ENOUGH_BITS
        rounded = self.X.astype(np.float16).astype(F)
        assert nearer(self.X, rounded, rounded) > ENOUGH_BITS

    def test_what_is_as_far_does_not(self) -> None:
        assert nearer(self.X, -self.X, -self.X) > 0 > nearer(-self.X, self.X, -self.X)
        unrelated = [nearer(*(RANDOM.normal(size=(8, 8)) for _ in range(3))) for _ in range(200)]
        assert abs(np.mean(unrelated)) < ENOUGH_BITS / 4

    def test_one_value_says_little_however_often_it_occurs(self) -> None:
        zeros, ones = np.zeros((40, 40), F), np.ones((40, 40), F)
        assert 0 < nearer(zeros, ones, ones) < ENOUGH_BITS

    def test_other_shapes_and_nothing(self) -> None:
        assert nearer(self.X, self.X[:2], self.X) == 0
        assert nearer(self.X[:2], self.X, self.X) == ENOUGH_BITS
        assert nearer(self.X[:0], self.X[:0], self.X[:0]) == 0
        assert nearer(self.X, self.X * np.nan, self.X) == 0


class TestReference:
    @pytest.mark.parametrize(
        ("kind", "inputs"),
        [
            ("zeros", ("beta",)),
            ("negated", ("beta",)),
            ("ones", ("gamma",)),
            ("exchanged", ("gamma", "beta")),
            ("clipped", ("x",)),
            ("rolled", ("beta",)),
        ],
    )
    def test_a_program_that_does_that_is_found(
        self,
        layer_norm: Package,
        plan: Plan,
        reference: ReferenceRunner,
        expected: list[Answer],
        kind: str,
        inputs: tuple[str, ...],
    ) -> None:
        make = altered(layer_norm, kind, *inputs).make
        answers = [
            reference.altered(replace(case, inputs=make(case.inputs) or case.inputs), 60.0)
            for case in plan.cases
        ]
        failed = failures(layer_norm, plan.cases, expected, [a for a in answers if a])
        found = counterfactual(layer_norm, failed, reference)
        assert found is not None
        assert (found.kind, found.evidence["inputs"]) == (PREFIX + kind, list(inputs))
        assert found.evidence["margin"] > 1 > found.evidence["margin_when_altered"]
        assert found.evidence["failing_cases"] == [failure.case.index for failure in failed]
        # Where it does not hold of one failing case, nothing is said.
        broken = [with_values(failed[-1].answer, -value(failed[-1].answer))]
        others = [failure.answer for failure in failed[:-1]]
        cases = [failure.case for failure in failed]
        rights = [failure.expected for failure in failed]
        again = failures(layer_norm, cases, rights, others + broken)
        assert counterfactual(layer_norm, again, reference) is None

    @pytest.mark.parametrize("size", [3e-2, 1.0])
    def test_of_noise_nothing_is_said(
        self,
        layer_norm: Package,
        plan: Plan,
        reference: ReferenceRunner,
        expected: list[Answer],
        size: float,
    ) -> None:
        answers = [
            with_values(a, (value(a) + size * RANDOM.normal(size=value(a).shape)).astype(F))
            for a in expected
        ]
        failed = failures(layer_norm, plan.cases, expected, answers)
        assert failed
        assert counterfactual(layer_norm, failed, reference) is None

    def test_a_leaf_of_the_other_sign_is_told(
        self, judge: Judge, layer_norm: Package, plan: Plan
    ) -> None:
        """As in gradients by an input that is subtracted: (gamma - beta)**2 + gamma by both."""
        package = replace(layer_norm, sha256="two leaves", reference=TWO_LEAVES)
        cases = plan.cases[:2]
        with judge.reference(package, replace(plan, cases=cases), "cpu") as runner:
            expected = [future.result() for future in runner.expect()]
            answers = []
            for case, answer in zip(cases, expected, strict=True):
                both = 2 * (np.asarray(case.inputs["gamma"]) - np.asarray(case.inputs["beta"]))
                answers.append(with_values(answer, -both, both + 1))
            found = counterfactual(package, failures(package, cases, expected, answers), runner)
        assert found is not None
        assert found.message == (
            "Your answer is what a right program gives when beta has the other sign, except that "
            "your ['beta'] has the other sign: look for a + where a - is meant, or a - where a + "
            "is meant."
        )

    def test_a_reference_that_hangs_on_an_altered_case_is_left(
        self, judge: Judge, layer_norm: Package, plan: Plan
    ) -> None:
        package = replace(layer_norm, sha256="hangs", reference=HANGS)
        case = plan.cases[0]
        without = replace(
            case, inputs={**case.inputs, "gamma": np.zeros_like(case.inputs["gamma"])}
        )
        with judge.reference(package, replace(plan, cases=(case,)), "cpu") as runner:
            hung = runner.altered(without, 0.5)
            assert hung is not None
            assert hung.ended is not None
            assert hung.ended.ending is Ending.TIME
            assert runner.altered(case, 60.0) is not None
            assert runner.expect()[0].result().output is not None


@pytest.mark.parametrize("jit", [Grading.OFF, Grading.REPORTED])
def test_compiled_or_not_it_is_the_same(
    judge: Judge, layer_norm: Package, plan: Plan, expected: list[Answer], jit: Grading
) -> None:
    """What can be jitted is compiled once for all altered cases of a shape."""
    transforms = layer_norm.spec.transforms.model_copy(update={"jit": jit})
    spec = layer_norm.spec.model_copy(update={"transforms": transforms})
    package = replace(layer_norm, spec=spec)
    answers = [
        with_values(right, value(right) - np.asarray(case.inputs["beta"]))
        for case, right in zip(plan.cases, expected, strict=True)
    ]
    failed = failures(package, plan.cases, expected, answers)[:2]
    with judge.reference(package, plan, "cpu") as runner:
        found = counterfactual(package, failed, runner)
    assert found is not None
    assert (found.kind, found.evidence["inputs"]) == (PREFIX + "zeros", ["beta"])


def test_the_report_says_it_first(judge: Judge, layer_norm: Package) -> None:
    source = layer_norm.reference.replace("gamma * centred", "centred")
    report = grade(layer_norm, source, judge=judge, plan_seed=77, groups=("base",))
    assert report.verdict is Verdict.WA
    assert report.diagnosis is not None
    text = "Your answer is what a right program gives when all of gamma is 1: is gamma used?"
    assert report.diagnosis.message == text
    shown = for_learner(report, {})
    case = next(c for c in shown.cases if c.index == report.diagnosis.case)
    assert case.visibility is Visibility.DIFF
    assert _kinds(case.findings)[:2] == [PREFIX + "ones", "values"]
    assert shown.diagnosis is not None
    assert shown.diagnosis.message == text


def _kinds(findings: Sequence[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


def test_what_stays_the_same_is_no_alteration(layer_norm: Package) -> None:
    inputs: Inputs = {
        "x": np.zeros((2, 3), F),
        "gamma": np.ones(3, F),
        "beta": np.ones(3, F),
        "eps": 0.1,
    }
    assert altered(layer_norm, "zeros", "x").make(inputs) is None
    assert altered(layer_norm, "ones", "gamma").make(inputs) is None
    assert altered(layer_norm, "exchanged", "gamma", "beta").make(inputs) is None
