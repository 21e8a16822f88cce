"""The whole story on the first problem: what a report promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from judge.errors import BackendUnavailable
from judge.grade import grade, judge_error_report
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw
from judge.redaction import case_for_learner
from judge.report import CaseResult, Report
from judge.sandbox.jail import gpu_devices
from judge.verdict import Reason, Verdict, Visibility

# What the module's tests share is made once, by the worker that judges the known submissions.
pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("zero-last-layer")]

# One plan for all, so that the reference is asked once.
PLAN_SEED = 20


@pytest.fixture(scope="module")
def accepted(judge: Judge, package: Package) -> tuple[Report, list[CaseResult]]:
    told: list[CaseResult] = []
    report = grade(
        package, package.reference, judge=judge, plan_seed=PLAN_SEED, on_case=told.append
    )
    return report, told


class TestReport:
    def test_cases_are_told_as_they_end(self, accepted: tuple[Report, list[CaseResult]]) -> None:
        report, told = accepted
        assert sorted(told, key=lambda case: case.index) == list(report.cases)

    def test_the_plan_is_the_seeds(
        self, accepted: tuple[Report, list[CaseResult]], package: Package
    ) -> None:
        report, _ = accepted
        plan = draw(package, PLAN_SEED)
        assert report.plan_seed == PLAN_SEED
        assert [case.inputs["seed"] for case in report.cases] == [
            case.inputs["seed"] for case in plan.cases
        ]

    def test_it_says_where_it_was_made(
        self, accepted: tuple[Report, list[CaseResult]], package: Package, judge: Judge
    ) -> None:
        report, _ = accepted
        assert report.package_sha256 == package.sha256
        assert report.runtime == judge.runtime.name
        assert report.environment.versions["jax"] == judge.runtime.packages["jax"]
        assert report.environment.device == "cpu:cpu"

    def test_its_json_is_strict_and_comes_back(
        self, accepted: tuple[Report, list[CaseResult]]
    ) -> None:
        report, _ = accepted

        def refuse(constant: str) -> None:
            raise AssertionError(constant)

        text = report.model_dump_json()
        json.loads(text, parse_constant=refuse)
        assert Report.model_validate_json(text) == report

    def test_margins_are_given_on_passes_too(
        self, accepted: tuple[Report, list[CaseResult]]
    ) -> None:
        report, _ = accepted
        assert all(diff.margin is not None for case in report.cases for diff in case.diffs)

    def test_a_nan_in_an_answer_is_strict_json_too(self, judge: Judge, package: Package) -> None:
        source = (
            "import jax.numpy as jnp\n"
            "def solve(seed, x, num_layers, features):\n"
            "    return jnp.full((x.shape[0], int(features)), jnp.nan)\n"
        )
        report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
        assert report.reason is Reason.NON_FINITE
        text = report.model_dump_json()
        assert '"NaN"' in text
        assert Report.model_validate_json(text).model_dump_json() == text

    def test_one_group_alone_has_the_same_cases(
        self, accepted: tuple[Report, list[CaseResult]], judge: Judge, package: Package
    ) -> None:
        whole, _ = accepted
        report = grade(
            package, package.reference, judge=judge, plan_seed=PLAN_SEED, groups=["depth"]
        )
        assert report.score == 1.0
        wanted = [(c.index, c.inputs) for c in whole.cases if c.group == "depth"]
        assert [(c.index, c.inputs) for c in report.cases] == wanted


class TestForgedTrace:
    """Ones are the right output; a forged trace must not make them right."""

    LAYERS = """
import sys
import numpy as np
import jax.numpy as jnp

def forge(layers):
    recorder = sys.modules["runner.observe"]._current.recorder
    for number, (path, kernel, bias, given, made) in enumerate(layers):
        about = {"path": path, "cls": "Dense", "phase": "apply"}
        recorder.store(number, False, about, {"kernel": kernel, "bias": bias}, given, made)

def solve(seed, x, num_layers, features):
    n, f = int(num_layers), int(features)
    x = np.asarray(x)
    layers, given = [], x
    for i in range(n):
        kernel = np.zeros((given.shape[1], f)) if i == n - 1 else KERNEL(given.shape[1], f)
        kernel = kernel.astype(np.float32)
        bias = (np.ones if i == n - 1 else np.zeros)(f, np.float32)
        made = MADE(given, kernel, bias)
        layers.append((f"Dense_{i}", kernel, bias, given, made))
        given = made
    forge(layers)
    return jnp.ones((x.shape[0], f))
"""

    @pytest.mark.parametrize(
        ("kernel", "made", "kind"),
        [
            (
                "np.random.default_rng(0).normal(size=(a, b))",
                "given @ kernel + bias",
                "trace_seed",
            ),
            (
                "np.random.default_rng(0).normal(size=(a, b))",
                "np.ones((len(given), len(bias)), np.float32)",
                "trace_not_recomputed",
            ),
            ("np.zeros((a, b))", "given @ kernel + bias", "trace_pattern"),
        ],
    )
    def test_it_gains_nothing(
        self, kernel: str, made: str, kind: str, judge: Judge, package: Package
    ) -> None:
        source = (
            f"KERNEL = lambda a, b: {kernel}\nMADE = lambda given, kernel, bias: {made}\n"
            + self.LAYERS
        )
        report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.TRACE)
        assert kind in {finding.kind for finding in report.cases[0].findings}

    def test_a_trace_that_is_no_trace_is_an_error_of_the_program(
        self, judge: Judge, package: Package
    ) -> None:
        source = package.reference + (
            "\nimport sys\n"
            "sys.modules['runner.observe'].Recorder.finish = lambda self: ({'verdict': 'AC'}, [])\n"
        )
        report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
        assert report.verdict is Verdict.RTE

    @pytest.mark.parametrize(
        ("returned", "reason"),
        [("jnp.ones((*x.shape[:-1], self.features))", Reason.TRACE), ("made", None)],
    )
    def test_a_subclass_is_judged_by_what_it_returns(
        self, returned: str, reason: Reason | None, judge: Judge, package: Package
    ) -> None:
        source = package.reference.replace("nn.Dense(", "Dense(").replace(
            "class MLP",
            "class Dense(nn.Dense):\n"
            "    @nn.compact\n"
            "    def __call__(self, x):\n"
            "        made = super().__call__(x)\n"
            f"        return {returned}\n\n\nclass MLP",
        )
        report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
        assert report.reason is reason
        assert (report.verdict is Verdict.AC) == (reason is None)


class TestVisibility:
    CASE = CaseResult(
        index=3,
        group="depth",
        visibility=Visibility.FULL,
        inputs={"seed": 1.0},
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        stdout="printed",
    )

    def test_full_keeps_all(self) -> None:
        assert case_for_learner(self.CASE) == self.CASE

    def test_diff_drops_what_was_printed(self) -> None:
        case = case_for_learner(self.CASE.model_copy(update={"visibility": Visibility.DIFF}))
        assert (case.stdout, case.inputs, case.reason) == ("", {"seed": 1.0}, Reason.VALUES)

    def test_verdict_drops_all_but_the_verdict(self) -> None:
        case = case_for_learner(self.CASE.model_copy(update={"visibility": Visibility.VERDICT}))
        assert (case.inputs, case.reason, case.verdict) == ({}, None, Verdict.WA)


class TestJudgeErrors:
    @pytest.mark.skipif(bool(gpu_devices()), reason="there is a GPU here")
    def test_a_backend_without_a_device(self, judge: Judge, package: Package) -> None:
        with pytest.raises(BackendUnavailable, match="no GPU"):
            grade(package, package.reference, judge=judge, backend="gpu")

    def test_a_broken_reference_is_never_the_learners_fault(
        self, judge: Judge, tmp_path: Path, package: Package
    ) -> None:
        import dataclasses

        broken = dataclasses.replace(
            package, reference=package.reference + "\ndef solve(**_): 1 / 0\n", sha256="0" * 64
        )
        report = grade(broken, package.reference, judge=judge, plan_seed=PLAN_SEED)
        assert report.verdict is Verdict.IE
        assert report.diagnosis is not None
        assert "not your program" in report.diagnosis.message

    def test_its_report_is_complete(self, package: Package) -> None:
        report = judge_error_report(package, "The disk is full.")
        assert (report.verdict, report.score) == (Verdict.IE, 0.0)
        assert Report.model_validate_json(report.model_dump_json()) == report
