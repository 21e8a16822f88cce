"""Chooses the case of a report that shows what is wrong, for a learner's own machine.

The plan is drawn again from what the report says. A case that its group hides, and any case of a
report that withholds its plan seed, is drawn anew instead: as hard, with other values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from judge.case import Case, Plan, Transformation
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw, drawn_regimes, new_seed
from judge.redaction import case_for_learner, failed_to_load
from judge.report import CaseResult, Diff, Report
from judge.script_text import UNDER
from judge.shrink import shrink
from judge.transforms import asked
from judge.verdict import Verdict, Visibility


class NotReproducible(Exception):
    """No script can be made of this report; the message says why and what can be done."""


@dataclass(frozen=True)
class Reproduction:
    """A case to be run elsewhere. ``said`` and ``diffs`` are what the judge found on it, as far as
    it may be told; both are empty where the judge has not run it. ``anew``: it is not the report's
    own case. ``judgings``: how many cases were judged to make it small; 0 where it was not tried.
    ``failed``: the transformation under which it fails; None for a plain call."""

    report: Report
    case: Case
    verdict: Verdict
    anew: bool
    said: tuple[str, ...] = ()
    diffs: tuple[Diff, ...] = ()
    judgings: int = 0
    failed: Transformation | None = None


def reproduce(
    package: Package,
    report: Report,
    *,
    number: int | None = None,
    source: str | None = None,
    judge: Judge | None = None,
) -> Reproduction:
    """The case with that number, else the one that the diagnosis is about, else the first that
    failed, else the first transformation that did. With the program's source and a judge a case is
    made as small as still fails alike.

    Raises NotReproducible where the package is another than the report's, or where no case ran.
    """
    if package.sha256 != report.package_sha256:
        raise NotReproducible(
            f"The report was made with the package {report.package_sha256[:12]}… of "
            f"{report.problem} {report.problem_version}; this one is {package.sha256[:12]}… "
            f"({package.spec.version}). Name the folder of the very package with --problem."
        )
    right = all(case.verdict is Verdict.AC for case in report.cases)
    if number is None and report.cases and right:
        return _transformed(package, report)
    told = _chosen(report, number)
    if told.verdict is None:
        raise NotReproducible(f"Case {told.index} did not run. Choose another with --case.")
    plan, own, anew = _drawn(package, report, told)
    shown = Reproduction(report, own, told.verdict, anew)
    if source is not None and judge is not None:
        regimes = drawn_regimes(package, plan)
        start = [(case, regimes[case.index]) for case in (plan.cases if anew else (own,))]
        small = shrink(package, source, start, told, judge=judge, backend=report.backend)
        if small is not None:
            shown = replace(shown, case=small.case, judgings=small.judgings)
            hidden = told.visibility is Visibility.VERDICT
            return shown if hidden else _with(shown, case_for_learner(small.result))
    return shown if anew else _with(shown, told)


def _with(shown: Reproduction, result: CaseResult) -> Reproduction:
    said = tuple(finding.message for finding in result.findings)
    return replace(shown, said=said, diffs=result.diffs)


def _transformed(package: Package, report: Report) -> Reproduction:
    """The case and the transformation under which a program that is right on all cases failed."""
    failing = [t for t in report.transforms if t.verdict not in (None, Verdict.AC)]
    told = next((t for t in failing if t.required), failing[0] if failing else None)
    if told is None or told.verdict is None:
        raise NotReproducible("No case of the report failed. Choose one with --case.")
    if told.case is None:
        raise NotReproducible(f"The report does not show the case tried under {told.name}.")
    if told.name not in UNDER:
        raise NotReproducible(
            f"A case under {told.name} cannot be shown by a script; the report holds what differs."
        )
    plan, own, anew = _drawn(package, report, _chosen(report, told.case))
    failed = asked(package, plan, own, told.name)
    shown = Reproduction(report, own, told.verdict, anew, failed=failed)
    return shown if anew else replace(shown, said=(told.message,), diffs=told.diffs)


def _drawn(package: Package, report: Report, told: CaseResult) -> tuple[Plan, Case, bool]:
    """The plan of the case's group, the case in it, and whether it had to be drawn anew."""
    anew = told.visibility is Visibility.VERDICT or report.plan_seed is None
    seed = new_seed() if anew or report.plan_seed is None else report.plan_seed
    plan = draw(package, seed, groups=[told.group], pool_epoch=report.pool_epoch)
    own = next((case for case in plan.cases if case.index == told.index), None)
    if own is None:
        raise NotReproducible(f"The package has no case {told.index} in its group {told.group}.")
    return plan, own, anew


def _chosen(report: Report, number: int | None) -> CaseResult:
    cases = {case.index: case for case in report.cases}
    if number is not None:
        if number not in cases:
            known = f"0 to {len(cases) - 1}" if cases else "none"
            raise NotReproducible(f"The report has no case {number}; it has {known}.")
        return cases[number]
    if report.verdict is Verdict.CE or any(map(failed_to_load, report.cases)):
        raise NotReproducible(
            "The program did not load, so that no case ran. Running it with Python shows why."
        )
    failing = [c for c in report.cases if c.verdict not in (None, Verdict.AC)]
    if not failing:
        raise NotReproducible("No case of the report failed. Choose one with --case.")
    shown = report.diagnosis.case if report.diagnosis is not None else None
    return next((case for case in failing if case.index == shown), failing[0])
