"""Every known submission of every problem gets what its package declares."""

from __future__ import annotations

import pytest

from judge.grade import grade
from judge.judge import Judge
from judge.package import KnownSubmission, Package, load
from judge.report import Report
from judge.verdict import Verdict
from tests.conftest import PROBLEMS

pytestmark = pytest.mark.sandbox

# One plan for all, so that a reference is asked once.
PLAN_SEED = 20

PACKAGES = [load(manifest.parent) for manifest in sorted(PROBLEMS.glob("*/problem.yaml"))]
KNOWN = [(package, known) for package in PACKAGES for known in package.submissions]


@pytest.mark.parametrize(
    ("problem", "known"), KNOWN, ids=[f"{package.slug}/{known.path}" for package, known in KNOWN]
)
def test_a_known_submission_gets_its_verdict(
    problem: Package, known: KnownSubmission, judge: Judge
) -> None:
    judge.warm(problem)
    report = judged(problem, known, judge)
    pitfall = report.diagnosis.pitfall if report.diagnosis else None
    assert (report.verdict, report.reason, pitfall) == (known.verdict, known.reason, known.pitfall)
    assert (report.score == 1.0) == (known.verdict is Verdict.AC)


def judged(problem: Package, known: KnownSubmission, judge: Judge) -> Report:
    """The whole attempt of the first problem and of what must pass; of the others the first group
    that is not passed, since that is where a learner's attempt is decided. `jurax validate` judges
    all of all."""
    if known.verdict is not Verdict.AC and problem.slug != "zero-last-layer":
        for group in problem.spec.groups:
            report = grade(
                problem, known.source, judge=judge, plan_seed=PLAN_SEED, groups=[group.name]
            )
            if report.verdict is not Verdict.AC:
                return report
    return grade(problem, known.source, judge=judge, plan_seed=PLAN_SEED)


@pytest.mark.parametrize("problem", PACKAGES, ids=[package.slug for package in PACKAGES])
def test_the_starter_and_the_warm_up_are_not_accepted(problem: Package, judge: Judge) -> None:
    assert problem.warmup is not None
    warmup = problem.warmup.replace("def warmup", f"def {problem.spec.entry}")
    for source in (problem.starter, warmup):
        report = grade(problem, source, judge=judge, plan_seed=PLAN_SEED)
        assert report.verdict is Verdict.WA
