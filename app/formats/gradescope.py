"""A report as Gradescope's ``results.json`` (its autograder specification, "Output format")."""

from __future__ import annotations

import json
from enum import StrEnum

from app.formats.figures import cost_rows, evidence_words, transform_title
from judge.report import CaseResult, Report, TransformResult
from judge.transforms import GROUP
from judge.verdict import Verdict

_SCALE = 100.0


class Shown(StrEnum):
    """When Gradescope, which knows its due date and publishes its grades, shows something."""

    NOW = "visible"
    AFTER_DUE = "after_due_date"
    AFTER_PUBLISHING = "after_published"


def render(report: Report, opened: Report | None = None, shown: Shown = Shown.NOW) -> str:
    """Score out of 100; one test a group, its cases' messages below it. Gradescope shows it to
    the learner: give it a report that is cut to what a learner may see. ``opened``: the report as
    a learner may see it after the due date. ``shown``: when the learner may see anything."""
    points = sum(group.points for group in report.groups)
    tests: list[dict[str, object]] = [
        {
            "name": group.name,
            "score": round(_SCALE * group.earned / points, 6) if points else 0.0,
            "max_score": round(_SCALE * group.points / points, 6) if points else 0.0,
            "status": "passed" if group.verdict is Verdict.AC else "failed",
            "output": "\n".join(_group_lines(report, group.name)),
            "output_format": "text",
            "visibility": shown,
        }
        for group in report.groups
    ]
    if opened is not None:
        later = Shown.AFTER_DUE if shown is Shown.NOW else shown
        tests += [_opened(opened, group.name, later) for group in report.groups if group.after_due]
    document = {
        "score": round(_SCALE * report.score, 6),
        "output": "\n".join(_summary(report)),
        "output_format": "text",
        "visibility": shown,
        "execution_time": round(report.timing.get("total", 0.0) / 1000, 3),
        "tests": tests,
    }
    return json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False)


def _opened(opened: Report, group: str, shown: Shown) -> dict[str, object]:
    """No points of its own: those are given at once."""
    return {
        "name": f"{group}, in more detail",
        "output": "\n".join(_group_lines(opened, group)),
        "output_format": "text",
        "visibility": shown,
    }


def _summary(report: Report) -> list[str]:
    """The sentence, then what is only reported."""
    lines = [f"{report.verdict.words} ({report.verdict})"]
    if report.diagnosis is not None:
        lines.append(report.diagnosis.message)
    reported = [result for result in report.transforms if not result.required]
    if reported:
        lines += ["", "Not graded:", *map(_transform_line, reported)]
    if report.cost is not None:
        lines += ["", f"Cost, best effort, on case {report.cost.case}:"]
        lines += [
            f"{row.name}: {row.submission}, reference {row.reference}"
            for row in cost_rows(report.cost)
        ]
    return lines


def _group_lines(report: Report, group: str) -> list[str]:
    lines = [line for c in report.cases if c.group == group for line in _case_lines(c)]
    if group == GROUP:
        lines += [_transform_line(result) for result in report.transforms if result.required]
    return lines


def _case_lines(case: CaseResult) -> list[str]:
    head = f"case {case.index}: {case.verdict or 'not run'}"
    if not case.findings:
        return [head]
    first, *others = case.findings
    lines = [f"{head}: {first.message}"]
    for finding in (first, *others):
        if finding is not first:
            lines.append(f"  {finding.message}")
        if facts := evidence_words(finding):
            lines.append(f"  ({', '.join(f'{name} {value}' for name, value in facts)})")
    return lines


def _transform_line(result: TransformResult) -> str:
    line = f"{transform_title(result)}: {result.verdict or 'not tried'}"
    return f"{line}: {result.message}" if result.message else line
