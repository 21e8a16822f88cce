"""What a verdict means and what to do about it, in sentences for a beginner."""

from __future__ import annotations

from app.catalog.schemas import ProblemView
from judge.report import Report
from judge.verdict import Reason, Verdict

_REASONS = {
    Reason.VALUES: "Some numbers differ from the reference by more than is allowed.",
    Reason.SHAPE: "The output has another shape than the reference's.",
    Reason.DTYPE: "The output has another dtype than the reference's.",
    Reason.STRUCTURE: "The output is not what this problem asks for: its kind or nesting differs.",
    Reason.NON_FINITE: "The output holds NaN or infinity where the reference does not.",
    Reason.TRACE: "The numbers fit, but the layers that ran are not those the problem asks for.",
    Reason.SHORTCUT: "The answer was reached by a way that the problem rules out.",
    Reason.NONDETERMINISTIC: "The same inputs gave different outputs.",
    Reason.NOT_TRACEABLE: "A transformation that the problem requires cannot go through the code.",
}


def headline(report: Report) -> str:
    """The sentence that is read first."""
    if report.verdict is Verdict.AC:
        return "Every case passes, by its numbers and by how they came about."
    if report.verdict is Verdict.IE:
        return "The judge failed, not your program. This does not count as an attempt."
    if report.diagnosis is not None:
        return report.diagnosis.message
    if report.verdict is Verdict.WA and report.reason is not None:
        return _REASONS[report.reason]
    return ""


def explain(report: Report, problem: ProblemView) -> str:
    """What the verdict means, where the first sentence does not say it all."""
    limits = problem.limits
    match report.verdict:
        case Verdict.TLE:
            return (
                f"A case may take {limits.wall_s:g} s. Look for a loop that does not end, or for "
                "work that grows faster than the inputs."
            )
        case Verdict.MLE:
            return (
                f"A program may use {limits.memory_mb} MB. Look for an array that is much larger "
                "than the inputs, or for a list that only grows."
            )
        case Verdict.OLE:
            return (
                f"A program may write {limits.output_kb} KB. Take out the prints, above all those "
                "within loops."
            )
        case Verdict.IE:
            return (
                "Submit again in a moment. If it happens again, tell the person who runs this "
                "service; the details are below."
            )
        case Verdict.WA if report.reason is Reason.TRACE:
            return "The judge looks at the layers that ran as well as at the numbers."
        case Verdict.CE:
            return "The program was not run. Nothing below is about its results."
        case _:
            return ""


def announcement(report: Report) -> str:
    """The verdict as a screen reader says it once it is there."""
    said = f"{report.verdict.words}."
    if report.diagnosis is not None and report.verdict is not Verdict.AC:
        said = f"{said} {report.diagnosis.message}"
    return said
