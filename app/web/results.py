"""A submission's result in the order in which a learner reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.catalog.schemas import ProblemView
from app.formats.figures import shown_findings
from app.models import AttemptStatus
from app.submissions.schemas import SubmissionView
from app.web.explanations import announcement, explain, headline
from app.web.formatting import input_value, tone
from judge.explain import KIND as EXPLANATION
from judge.report import CaseResult, Diff, Finding, Report
from judge.verdict import Reason, Verdict


@dataclass(frozen=True)
class StripCell:
    """A case as a cell; ``next`` is the one being waited for."""

    index: int
    verdict: Verdict | None
    next: bool = False


@dataclass(frozen=True)
class StripGroup:
    """A group's cases in a row, with its points. ``earned`` is None until there is a report.
    ``verdict`` is that of a group without cases: the required transformations."""

    name: str
    points: float
    earned: float | None
    cells: tuple[StripCell, ...]
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Link:
    """A place to go on to."""

    href: str
    text: str


@dataclass(frozen=True)
class Table:
    """A list of facts of one kind."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """A finding's data: single facts, tables where it holds lists of facts, and the comparison
    that it rests on."""

    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    diff: Diff | None = None


@dataclass(frozen=True)
class ResultView:
    """What the result templates show. ``share``: of the points, where an assignment says how many
    there are: those of the problem's groups are others."""

    id: str
    status: str
    tone: str
    title: str
    announcement: str
    report: Report | None
    cases: tuple[CaseResult, ...]
    planned: int
    groups: tuple[StripGroup, ...]
    shown: CaseResult | None
    headline: str
    explanation: str
    links: tuple[Link, ...]
    points: float
    earned: float
    share: float | None
    judged_ms: float | None
    celebrate: bool
    notice: str | None


def view_result(submission: SubmissionView, problem: ProblemView) -> ResultView:
    """The result of a submission, waiting, running or done."""
    submission = _with_inputs_in_order(submission, problem)
    report = submission.report
    received = report is None and submission.status is AttemptStatus.DONE
    cases = report.cases if report else submission.cases
    points = sum(group.points for group in problem.groups)
    verdict = report.verdict if report else None
    if report and report.groups:
        points = sum(group.points for group in report.groups)
    return ResultView(
        id=str(submission.id),
        status=submission.status.value,
        tone=tone(verdict),
        title=f"{_title(verdict, received=received)}, {problem.title}",
        announcement=announcement(report) if report else (submission.notice or ""),
        report=report,
        cases=cases,
        planned=len(cases) if report else sum(group.cases for group in problem.groups),
        groups=_report_strip(report) if report else _running_strip(submission, problem),
        shown=_first_failing(report) if report else None,
        headline=headline(report) if report else "",
        explanation=explain(report, problem) if report else "",
        links=_links(report, problem, submission) if report else (),
        points=points,
        earned=round(report.score * points, 2) if report else 0,
        share=report.score if report and submission.assignment else None,
        judged_ms=sum(case.wall_ms or 0 for case in cases) if report else None,
        celebrate=verdict is Verdict.AC,
        notice=submission.notice,
    )


def findings_to_show(case: CaseResult, said: str) -> list[Finding]:
    """A case's findings, without what the sentence above or the numbers below say as well."""
    return [
        finding
        for finding in shown_findings(case)
        if (finding.evidence or finding.message != said)
        and not (finding.kind == Reason.VALUES and case.diffs)
    ]


def texts(case: CaseResult) -> list[tuple[str, str, bool]]:
    """What a case printed: title, text, and whether it stands open."""
    named = (
        ("Traceback", case.traceback or "", True),
        ("What your program printed (stdout)", case.stdout, False),
        ("What it wrote to stderr", case.stderr, False),
    )
    return [(title, text, opened) for title, text, opened in named if text.strip()]


def evidence_of(finding: Finding) -> Evidence:
    """A finding's data, sorted into single facts and tables."""
    if finding.kind in ("exception", EXPLANATION):
        return Evidence((), ())
    facts: list[tuple[str, str]] = []
    tables: list[Table] = []
    diff = None
    for name, value in finding.evidence.items():
        title = name.replace("_", " ")
        if name == "diff":
            diff = Diff.model_validate(value)
        elif isinstance(value, list | tuple) and value and all(isinstance(v, dict) for v in value):
            tables.append(_table(title, value))
        elif value is not None:
            facts.append((title, _fact(value)))
    return Evidence(tuple(facts), tuple(tables), diff)


def _table(title: str, rows: Any) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return Table(
        title=title.capitalize(),
        columns=tuple(column.replace("_", " ") for column in columns),
        rows=tuple(tuple(_fact(row.get(column)) for column in columns) for row in rows),
    )


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return ", ".join(_fact(item) for item in value)
    return input_value(value)


def _with_inputs_in_order(submission: SubmissionView, problem: ProblemView) -> SubmissionView:
    """The cases' inputs in the order of the entry point's parameters, which storing loses."""
    order = {row.name: place for place, row in enumerate(problem.inputs)}

    def ordered(cases: tuple[CaseResult, ...]) -> tuple[CaseResult, ...]:
        return tuple(
            case.model_copy(
                update={
                    "inputs": dict(
                        sorted(case.inputs.items(), key=lambda item: order.get(item[0], len(order)))
                    )
                }
            )
            for case in cases
        )

    report = submission.report
    if report is not None:
        report = report.model_copy(update={"cases": ordered(report.cases)})
    return submission.model_copy(update={"cases": ordered(submission.cases), "report": report})


def _first_failing(report: Report) -> CaseResult | None:
    """The case of the diagnosis, else the first with the attempt's verdict, else the first bad."""
    failing = [case for case in report.cases if case.verdict not in (None, Verdict.AC)]
    if report.verdict is Verdict.CE:
        # No case ran: only what the program said while it was loaded is of use.
        failing = [case for case in failing if texts(case)]
    named = report.diagnosis.case if report.diagnosis else None
    for case in failing:
        if case.index == named:
            return case
    same = [case for case in failing if case.verdict is report.verdict]
    return next(iter(same or failing), None)


def _report_strip(report: Report) -> tuple[StripGroup, ...]:
    earned = {group.name: group for group in report.groups}
    strip = []
    for name in dict.fromkeys(case.group for case in report.cases):
        group = earned.get(name)
        strip.append(
            StripGroup(
                name=name,
                points=group.points if group else 0,
                earned=group.earned if group else 0,
                cells=tuple(
                    StripCell(case.index, case.verdict)
                    for case in report.cases
                    if case.group == name
                ),
            )
        )
    with_cases = {group.name for group in strip}
    strip += [
        StripGroup(group.name, group.points, group.earned, (), group.verdict)
        for group in report.groups
        if report.cases and group.name not in with_cases
    ]
    return tuple(strip)


def _running_strip(submission: SubmissionView, problem: ProblemView) -> tuple[StripGroup, ...]:
    """The planned cases by group, those that finished filled in. Cases count up through the
    groups in the order of the package."""
    verdicts = {case.index: case.verdict for case in submission.cases}
    start, strip = 0, []
    waiting = True
    for group in problem.groups:
        cells = []
        for index in range(start, start + group.cases):
            is_next = waiting and index not in verdicts
            waiting = waiting and not is_next
            cells.append(StripCell(index, verdicts.get(index), next=is_next))
        start += group.cases
        strip.append(StripGroup(group.name, group.points, None, tuple(cells)))
    return tuple(strip)


def _title(verdict: Verdict | None, *, received: bool) -> str:
    if verdict is not None:
        return verdict.words
    return "Received" if received else "Judging"


def _links(report: Report, problem: ProblemView, submission: SubmissionView) -> tuple[Link, ...]:
    here = f"/problems/{problem.slug}"
    if submission.assignment is not None:
        here += f"?assignment_problem={submission.assignment.assignment_problem_id}"
    if report.verdict is Verdict.AC:
        links = []
        if problem.next is not None:
            links.append(Link(f"/problems/{problem.next.slug}", f"Next: {problem.next.title} →"))
        if problem.unlock is None:
            links.append(Link(f"{here}#solution", "Compare with the solution"))
        return tuple(links)
    section = report.diagnosis.section if report.diagnosis else None
    return (Link(f"{here}#section-{section}", "Read about this mistake →"),) if section else ()
