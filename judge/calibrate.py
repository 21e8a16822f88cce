"""Calibrates the tolerance: what is right in another way must pass with room, what is wrong fail.

Right are the reference in float64, jitted, mapped, and with its sums in another order. Wrong are
its answer in bfloat16, zeros, and the known-wrong programs that differ in values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from judge.answer import Answer
from judge.case import Plan
from judge.judge import Judge
from judge.package import KnownSubmission, Package
from judge.report import Report
from judge.validation.document import Calibration, CalibrationRow, Check, State, Wanted
from judge.validation.ways import HEADROOM, Ways, margin_of
from judge.verdict import Reason, Verdict

_BACKEND = "cpu"


def calibrate(
    package: Package,
    judge: Judge,
    plan: Plan,
    expected: Sequence[Answer],
    reports: Sequence[tuple[KnownSubmission, Report]],
) -> Calibration:
    """The margins over the plan's cases. ``expected`` holds the reference's answer to each."""
    with (
        judge.package_process(_BACKEND) as plain,
        judge.package_process(_BACKEND, x64=True) as wide,
    ):
        ways = Ways(package, plan, tuple(expected), plain, wide)
        rows = (*ways.right(), *ways.wrong(), *_known_wrong(reports))
    return weighed(rows)


def weighed(rows: Sequence[CalibrationRow]) -> Calibration:
    """The calibration with the factors by which the tolerance could be multiplied."""
    known = [row for row in rows if row.margin is not None]
    right = [row.margin for row in known if row.wanted is Wanted.PASS and row.margin is not None]
    wrong = [row.margin for row in known if row.wanted is Wanted.FAIL and row.margin is not None]
    return Calibration(
        headroom=HEADROOM,
        rows=tuple(rows),
        lowest_factor=HEADROOM * max(right) if right else None,
        highest_factor=min(wrong) if wrong else None,
    )


def calibration_check(found: Calibration) -> Check:
    """Whether everything that must pass passes with headroom and everything that must fail fails;
    where not, whether another tolerance would do."""
    failed = [row for row in found.rows if row.right is False]
    details = [_complaint(row) for row in failed]
    low, high = found.lowest_factor, found.highest_factor
    if failed and low is not None and high is not None:
        if low < high:
            details.append(
                f"multiplied by {low:.3g} to {high:.3g} the tolerance would do both"
                if high < math.inf
                else f"multiplied by {low:.3g} or more the tolerance would do both"
            )
        else:
            details.append(
                f"no tolerance does both: {HEADROOM:g} times the largest error that must pass is "
                f"{low:.3g} times the tolerance, the smallest that must fail {high:.3g}"
            )
    right = [r.margin for r in found.rows if r.wanted is Wanted.PASS and r.margin is not None]
    wrong = [r.margin for r in found.rows if r.wanted is Wanted.FAIL and r.margin is not None]
    told = f"largest margin of what must pass {max(right):.3g}" if right else "nothing must pass"
    told += f", smallest of what must fail {min(wrong):.3g}" if wrong else ""
    return Check(
        name="tolerance",
        state=State.FAILED if failed else State.PASSED,
        message=told,
        details=tuple(details),
    )


def _complaint(row: CalibrationRow) -> str:
    at = f" on case {row.case}" if row.case is not None else ""
    if row.margin is None:
        return f"{row.name}: {row.note}"
    if row.wanted is Wanted.PASS:
        told = f"{row.name} is right and has the margin {row.margin:.3g}{at}; at most "
        return f"{told}{1 / HEADROOM:g} leaves room" + (f" ({row.note})" if row.note else "")
    return f"{row.name} is wrong and passes every case; its largest margin is {row.margin:.3g}{at}"


def _known_wrong(
    reports: Sequence[tuple[KnownSubmission, Report]],
) -> Iterator[CalibrationRow]:
    """The known-wrong programs that differ in values, each with its largest margin."""
    for known, report in reports:
        if known.reason is not Reason.VALUES:
            continue
        differing = [case for case in report.cases if case.reason is Reason.VALUES]
        margins = [(margin_of(case.reason, case.diffs), case.index) for case in differing]
        margin, index = max(margins, default=(0.0, None))
        yield CalibrationRow(
            name=known.path,
            wanted=Wanted.FAIL,
            margin=margin,
            case=index,
            right=report.verdict is not Verdict.AC,
        )
