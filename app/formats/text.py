"""A report for a person at a terminal: sentence first, then evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from judge.report import CaseResult, Diff, Mismatch, Report
from judge.verdict import Verdict

_COLOURS = {Verdict.AC: "bold green", Verdict.IE: "bold magenta", None: "dim"}
_WRONG = "bold red"
_SHOWN_MISMATCHES = 5


def print_report(report: Report, console: Console) -> None:
    """Verdict, diagnosis, table of cases, the first failing case's findings and diff."""
    console.print(render(report), soft_wrap=False)


def render(report: Report) -> RenderableType:
    """The report as one renderable. All text of the submission is printed as plain text."""
    parts: list[RenderableType] = [_headline(report)]
    if report.diagnosis is not None:
        parts.append(Text(report.diagnosis.message))
        if report.diagnosis.pitfall:
            parts.append(Text(f"Pitfall: {report.diagnosis.pitfall}", style="dim"))
    parts += [Text(f"Warning: {w}", style="yellow") for w in report.environment.warnings]
    if report.cases:
        parts += [Text(), _case_table(report.cases)]
    failing = _first_failing(report)
    if failing is not None:
        parts += [Text(), *_details(failing)]
    return Group(*parts)


def _headline(report: Report) -> Text:
    verdict = report.verdict
    text = Text(f"{verdict.words} ({verdict})", style=_COLOURS.get(verdict, _WRONG))
    if report.reason is not None:
        text.append(f" · {report.reason}", style="red")
    text.append(f"   score {report.score:.0%}", style="default not bold")
    text.append(f"   {report.problem} {report.problem_version}, seed {report.plan_seed}", "dim")
    return text


def _case_table(cases: Iterable[CaseResult]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("case", "group", "verdict", "reason", "inputs"):
        table.add_column(heading)
    table.add_column("ms", justify="right")
    for case in cases:
        style = _COLOURS.get(case.verdict, _WRONG)
        table.add_row(
            str(case.index),
            Text(case.group),
            Text(str(case.verdict or "not run"), style=style),
            Text(str(case.reason or "")),
            Text(", ".join(f"{name}={_value(v)}" for name, v in case.inputs.items()), style="dim"),
            "" if case.wall_ms is None else f"{case.wall_ms:.0f}",
        )
    return table


def _first_failing(report: Report) -> CaseResult | None:
    shown = None if report.diagnosis is None else report.diagnosis.case
    for case in report.cases:
        if case.index == shown and case.verdict is not Verdict.AC:
            return case
    return next((c for c in report.cases if c.verdict not in (Verdict.AC, None)), None)


def _details(case: CaseResult) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(f"Case {case.index} ({case.group})", style="bold")]
    parts += [Text(f"  {finding.message}") for finding in case.findings]
    diff = next((d for d in case.diffs if d.mismatched), None)
    if diff is not None:
        parts += _diff(diff)
    for name in ("traceback", "stdout", "stderr"):
        if text := getattr(case, name):
            parts += [Text(f"  {name}", style="dim"), Text(_indented(text))]
    return parts


def _diff(diff: Diff) -> list[RenderableType]:
    head = f"  output{diff.path}: {diff.mismatched} of {diff.total} values differ"
    parts: list[RenderableType] = [Text(head)]
    measures = (("absolute", diff.max_abs), ("relative", diff.max_rel), ("ULP", diff.max_ulp))
    for name, worst in measures:
        if worst is not None:
            parts.append(Text(f"  largest {name} error {_number(worst.error)} at {_at(worst)}"))
    if diff.worst:
        table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
        for heading in ("index", "expected", "got"):
            table.add_column(heading)
        for pair in diff.worst[:_SHOWN_MISMATCHES]:
            table.add_row(_at(pair), _number(pair.expected), _number(pair.got))
        parts.append(table)
    return parts


def _at(mismatch: Mismatch) -> str:
    return "[" + ", ".join(str(i) for i in mismatch.index) + "]"


def _number(value: Any) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('dtype')}{value.get('shape')}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.rstrip().splitlines())
