"""Chooses the case of a report that shows what is wrong, for a learner's own machine.

The plan is drawn again from what the report says. A case that its group hides, and any case of a
report that withholds its plan seed, is drawn anew instead: as hard, with other values.
"""

from __future__ import annotations

from dataclasses import dataclass

from judge.case import Case
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw, drawn_regimes, new_seed
from judge.redaction import case_for_learner, failed_to_load
from judge.report import CaseResult, Report
from judge.shrink import shrink
from judge.verdict import Verdict, Visibility


class NotReproducible(Exception):
    """No script can be made of this report; the message says why and what can be done."""


@dataclass(frozen=True)
class Reproduction:
    """A case to be run elsewhere. ``result`` is what the judge said of it, as far as it may be
    told; None where the judge has not run it. ``anew``: it is not the report's own case.
    ``judgings``: how many cases were judged to make it small; 0 where it was not tried."""

    report: Report
    case: Case
    result: CaseResult | None
    verdict: Verdict
    anew: bool
    judgings: int = 0


def reproduce(
    package: Package,
    report: Report,
    *,
    number: int | None = None,
    source: str | None = None,
    judge: Judge | None = None,
) -> Reproduction:
    """The case with that number, else the one that the diagnosis is about, else the first that
    failed. With the program's source and a judge it is made as small as still fails alike.

    Raises NotReproducible where the package is another than the report's, or where no case ran.
    """
    if package.sha256 != report.package_sha256:
        raise NotReproducible(
            f"The report was made with the package {report.package_sha256[:12]}… of "
            f"{report.problem} {report.problem_version}; this one is {package.sha256[:12]}… "
            f"({package.spec.version}). Name the folder of the very package with --problem."
        )
    told = _chosen(report, number)
    if told.verdict is None:
        raise NotReproducible(f"Case {told.index} did not run. Choose another with --case.")
    anew = told.visibility is Visibility.VERDICT or report.plan_seed is None
    seed = new_seed() if anew or report.plan_seed is None else report.plan_seed
    plan = draw(package, seed, groups=[told.group], pool_epoch=report.pool_epoch)
    own = next((case for case in plan.cases if case.index == told.index), None)
    if own is None:
        raise NotReproducible(f"The package has no case {told.index} in its group {told.group}.")
    known = None if anew else told
    if source is None or judge is None:
        return Reproduction(report, own, known, told.verdict, anew)
    regimes = drawn_regimes(package, plan)
    start = [(case, regimes[case.index]) for case in (plan.cases if anew else (own,))]
    small = shrink(package, source, start, told, judge=judge, backend=report.backend)
    if small is None:
        return Reproduction(report, own, known, told.verdict, anew)
    shown = case_for_learner(small.result)
    known = None if told.visibility is Visibility.VERDICT else shown
    return Reproduction(report, small.case, known, told.verdict, anew, small.judgings)


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
