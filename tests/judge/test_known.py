"""Every known submission of every problem gets what its package declares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from judge.grade import grade
from judge.judge import Judge
from judge.package import KnownSubmission, Package, load
from judge.report import Report
from judge.validation.known import public_programs
from judge.verdict import Reason, Verdict
from tests.conftest import PROBLEMS

pytestmark = pytest.mark.sandbox

# One plan for all, so that a reference is asked once.
PLAN_SEED = 20

# What fails so is right on every case: only a whole attempt tries transformations.
UNDER_TRANSFORMATIONS = (Reason.NOT_TRACEABLE, Reason.NONDETERMINISTIC)

PACKAGES = [load(manifest.parent) for manifest in sorted(PROBLEMS.glob("*/problem.yaml"))]
# Those of a problem by one worker, whose judge remembers what the reference answered.
PROBLEMS_TESTED = [
    pytest.param(package, id=package.slug, marks=pytest.mark.xdist_group(package.slug))
    for package in PACKAGES
]
KNOWN = [
    pytest.param(
        package,
        known,
        id=f"{package.slug}/{known.path}",
        marks=pytest.mark.xdist_group(package.slug),
    )
    for package in PACKAGES
    for known in package.submissions
]


@pytest.mark.parametrize(("problem", "known"), KNOWN)
def test_a_known_submission_gets_its_verdict(
    problem: Package, known: KnownSubmission, judge: Judge
) -> None:
    judge.warm(problem)
    report = judged(problem, known, judge)
    pitfall = report.diagnosis.pitfall if report.diagnosis else None
    assert (report.verdict, report.reason, pitfall) == (known.verdict, known.reason, known.pitfall)
    assert (report.score == 1.0) == (known.verdict is Verdict.AC)


def judged(problem: Package, known: KnownSubmission, judge: Judge) -> Report:
    """The whole attempt where that must pass, of every second form of the first problem and every
    sixth of the others; the sample has to do for the rest. Of what must fail the first group that
    is not passed, since that decides a learner's attempt. `jurax validate` judges all."""
    if known.verdict is Verdict.AC:
        every = 2 if problem.slug == "zero-last-layer" else 6
        whole = problem.submissions.index(known) % every == 0
        groups = None if whole else [problem.spec.groups[0].name]
        return judged_on(problem, known.source, judge, groups)
    if known.reason in UNDER_TRANSFORMATIONS:
        return judged_on(first_group_alone(problem), known.source, judge, None)
    if known.verdict is Verdict.TLE:
        problem = with_short_limit(problem)
    return failing(problem, known.source, judge)


def first_group_alone(problem: Package) -> Package:
    """The problem with no other group, whose whole attempts try transformations too."""
    return replace(
        problem, spec=problem.spec.model_copy(update={"groups": problem.spec.groups[:1]})
    )


def with_short_limit(problem: Package) -> Package:
    """The problem with a clock that is soon waited out: what never returns is late by any."""
    limits = problem.spec.limits.model_copy(update={"wall_s": 1.5})
    return replace(problem, spec=problem.spec.model_copy(update={"limits": limits}))


def failing(problem: Package, source: str, judge: Judge) -> Report:
    """The report on the first group that is not passed; on the whole where that is none."""
    for group in problem.spec.groups:
        report = judged_on(problem, source, judge, [group.name])
        if report.verdict is not Verdict.AC:
            return report
    return judged_on(problem, source, judge, None)


def judged_on(problem: Package, source: str, judge: Judge, groups: list[str] | None) -> Report:
    """On the plan that all share."""
    return grade(problem, source, judge=judge, plan_seed=PLAN_SEED, groups=groups)


@pytest.mark.parametrize("problem", PROBLEMS_TESTED)
def test_the_starter_and_the_warm_up_are_not_accepted(problem: Package, judge: Judge) -> None:
    programs = public_programs(problem)
    assert {"starter.py", "warmup in warmup.py"} <= set(programs)
    for source in programs.values():
        assert failing(problem, source, judge).verdict is Verdict.WA
