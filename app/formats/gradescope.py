"""A report as Gradescope's ``results.json`` (its autograder specification, "Output format")."""

from __future__ import annotations

import json

from judge.report import CaseResult, Report
from judge.verdict import Verdict, Visibility

_SCALE = 100.0


def render(report: Report) -> str:
    """Score out of 100; one test a group, its cases' messages below it."""
    points = sum(group.points for group in report.groups)
    tests = [
        {
            "name": group.name,
            "score": round(_SCALE * group.earned / points, 6) if points else 0.0,
            "max_score": round(_SCALE * group.points / points, 6) if points else 0.0,
            "status": "passed" if group.verdict is Verdict.AC else "failed",
            "output": "\n".join(_line(c) for c in report.cases if c.group == group.name),
            "output_format": "text",
            "visibility": "visible",
        }
        for group in report.groups
    ]
    message = f"{report.verdict.words} ({report.verdict})"
    if report.diagnosis is not None:
        message += f"\n{report.diagnosis.message}"
    document = {
        "score": round(_SCALE * report.score, 6),
        "output": message,
        "output_format": "text",
        "execution_time": round(report.timing.get("total", 0.0) / 1000, 3),
        "tests": tests,
    }
    return json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False)


def _line(case: CaseResult) -> str:
    line = f"case {case.index}: {case.verdict or 'not run'}"
    if case.visibility is Visibility.VERDICT or not case.findings:
        return line
    return f"{line}: {case.findings[0].message}"
