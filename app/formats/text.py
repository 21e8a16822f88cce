"""A report for a person at a terminal: the sentence, the evidence, then the details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.formats.figures import (
    cost_rows,
    evidence_words,
    failing_lines,
    measures,
    shown_findings,
    transform_title,
)
from judge.report import (
    CaseResult,
    CostCard,
    Diff,
    Finding,
    GroupResult,
    Mismatch,
    Report,
    TransformResult,
)
from judge.verdict import Reason, Verdict

_COLOURS = {Verdict.AC: "bold green", Verdict.IE: "bold magenta", None: "dim"}
_WRONG = "bold red"
_SHOWN_FINDINGS = 4
_MOST_LINES = 20


def print_report(report: Report, console: Console) -> None:
    """Verdict and diagnosis, the first failing case, then groups, cases, transformations, cost."""
    console.print(render(report), soft_wrap=False)


def render(report: Report) -> RenderableType:
    """The report as one renderable. All text of the submission is printed as plain text."""
    parts: list[RenderableType] = [_headline(report)]
    if report.diagnosis is not None:
        parts.append(Text(report.diagnosis.message))
        parts += [Text(line, style="dim") for line in _pitfall(report)]
    parts += [Text(f"Warning: {w}", style="yellow") for w in report.environment.warnings]
    failing = _first_failing(report)
    if failing is not None:
        parts += [Text(), *_evidence(report, failing)]
    parts += [Text(), *_failing_transforms(report.transforms)]
    if report.groups:
        parts += [_group_table(report), Text()]
    if report.cases:
        parts += [_case_table(report.cases), Text()]
    if report.transforms:
        parts += [_transform_table(report.transforms), Text()]
    if report.cost is not None:
        parts += [*_cost(report.cost), Text()]
    parts.append(_footer(report))
    return Group(*parts)


def _headline(report: Report) -> Text:
    verdict = report.verdict
    text = Text(f"{verdict.words} ({verdict})", style=_COLOURS.get(verdict, _WRONG))
    if report.reason is not None:
        text.append(f" · {_words(report.reason)}", style="red")
    text.append(f"   {report.score:.0%}", style="default not bold")
    return text


def _pitfall(report: Report) -> list[str]:
    told = report.diagnosis
    if told is None or not told.pitfall:
        return []
    section = f"; see the statement's section “{told.section}”" if told.section else ""
    return [f"Pitfall: {told.pitfall}{section}"]


def _first_failing(report: Report) -> CaseResult | None:
    shown = None if report.diagnosis is None else report.diagnosis.case
    for case in report.cases:
        if case.index == shown and case.verdict is not Verdict.AC:
            return case
    return next((c for c in report.cases if c.verdict not in (Verdict.AC, None)), None)


def _evidence(report: Report, case: CaseResult) -> list[RenderableType]:
    said = report.diagnosis.message if report.diagnosis else ""
    title = Text(f"Case {case.index} ({case.group})", style="bold")
    body: list[RenderableType] = []
    if case.inputs:
        body.append(Text(_inputs(case.inputs), style="dim"))
    findings = [f for f in shown_findings(case) if f.message != said or f.evidence]
    for finding in findings[:_SHOWN_FINDINGS]:
        body += _finding(finding, said)
    if len(findings) > _SHOWN_FINDINGS:
        body.append(Text(f"… and {len(findings) - _SHOWN_FINDINGS} more findings", style="dim"))
    diff = next((d for d in case.diffs if d.mismatched), None)
    if diff is not None:
        body += _diff(diff)
    for name in ("traceback", "stdout", "stderr"):
        if text := getattr(case, name).rstrip() if getattr(case, name) else "":
            body += [Text(name, style="dim"), Padding(Text(_cut(text)), (0, 0, 0, 2), expand=False)]
    return [title, *(Padding(part, (0, 0, 0, 2), expand=False) for part in body)]


def _finding(finding: Finding, said: str) -> list[RenderableType]:
    """The message, unless it was said above, and what it rests on."""
    parts: list[RenderableType] = [] if finding.message == said else [Text(finding.message)]
    if facts := evidence_words(finding):
        words = ", ".join(f"{name} {value}" for name, value in facts)
        parts.append(Text(f"({words})", style="dim"))
    return parts


def _diff(diff: Diff) -> list[RenderableType]:
    head = f"output{diff.path}: {diff.mismatched} of {diff.total} values differ"
    if diff.got is None:
        head = f"output{diff.path}: expected {diff.expected}, got nothing"
    elif diff.got != diff.expected:
        head = f"output{diff.path}: expected {diff.expected}, got {diff.got}"
    parts: list[RenderableType] = [Text(head)]
    if where := failing_lines(diff):
        parts.append(Text(where, style="dim"))
    if diff.worst:
        table = _table("at", "expected", "got", right=("expected", "got"))
        for pair in diff.worst:
            table.add_row(_at(pair), _number(pair.expected), _number(pair.got))
        parts.append(table)
    told = [f"{name} {_number(worst.error)} at {_at(worst)}" for name, worst in measures(diff)]
    if told:
        parts.append(Text(f"largest error: {', '.join(told)}", style="dim"))
    return parts


def _failing_transforms(results: Iterable[TransformResult]) -> list[RenderableType]:
    failing = [r for r in results if r.required and r.verdict not in (None, Verdict.AC)]
    parts: list[RenderableType] = []
    for result in failing:
        parts.append(Text(transform_title(result), style="bold"))
        body: list[RenderableType] = [Text(result.message)] if result.message else []
        body += [part for diff in result.diffs if diff.mismatched for part in _diff(diff)]
        parts += [*(Padding(part, (0, 0, 0, 2), expand=False) for part in body), Text()]
    return parts


def _group_table(report: Report) -> Table:
    table = _table("group", "verdict", "points", "shows", right=("points",))
    for group in report.groups:
        points = f"{group.earned:g}/{group.points:g}"
        table.add_row(Text(group.name), _verdict(group.verdict), points, _shows(group))
    return table


def _shows(group: GroupResult) -> str:
    later = f", {group.after_due} after the due date" if group.after_due else ""
    return f"{group.visibility}{later}"


def _case_table(cases: Iterable[CaseResult]) -> Table:
    """One line a case, whatever its inputs: what does not fit of them is cut."""
    table = _table("case", "group", "verdict", "reason", "ms", right=("case", "ms"))
    # Its texts do not wrap; if the column itself did not, all others would give way as well.
    table.add_column("inputs", style="dim")
    for case in cases:
        table.add_row(
            str(case.index),
            Text(case.group),
            _verdict(case.verdict),
            _words(case.reason),
            "" if case.wall_ms is None else f"{case.wall_ms:.0f}",
            Text(_inputs(case.inputs), no_wrap=True, overflow="ellipsis"),
        )
    return table


def _transform_table(results: Iterable[TransformResult]) -> Table:
    table = _table("transformation", "counts", "verdict")
    table.add_column("", overflow="fold", ratio=1)
    for result in results:
        table.add_row(
            transform_title(result),
            "yes" if result.required else "no",
            _verdict(result.verdict, "not tried"),
            # What is required and fails has been told above.
            Text("" if result.required and result.verdict is not None else result.message),
        )
    return table


def _cost(card: CostCard) -> list[RenderableType]:
    table = _table("cost", "yours", "reference", "ratio", right=("yours", "reference", "ratio"))
    for row in cost_rows(card):
        table.add_row(row.name, row.submission, row.reference, row.ratio)
    note = f"Best effort, on case {card.case}; not graded. {card.note}".rstrip()
    return [*([table] if table.row_count else []), Text(note, style="dim")]


def _footer(report: Report) -> Text:
    seed = "" if report.plan_seed is None else f", plan seed {report.plan_seed}"
    return Text(f"{report.problem} {report.problem_version}{seed}", style="dim")


def _table(*headings: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for heading in headings:
        justify = "right" if heading in right else "left"
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    return table


def _verdict(verdict: Verdict | None, without: str = "not run") -> Text:
    return Text(str(verdict or without), style=_COLOURS.get(verdict, _WRONG))


def _words(reason: Reason | None) -> str:
    return "" if reason is None else reason.value.replace("_", " ")


def _at(mismatch: Mismatch) -> str:
    return "[" + ", ".join(str(i) for i in mismatch.index) + "]"


def _number(value: Any) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _inputs(inputs: Mapping[str, Any]) -> str:
    return "  ".join(f"{name}={_value(value)}" for name, value in inputs.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('dtype')}[{','.join(map(str, value.get('shape', ())))}]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[:_MOST_LINES], f"… {len(lines) - _MOST_LINES} more lines"])
