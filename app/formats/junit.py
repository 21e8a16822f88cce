"""A report as JUnit XML, the dialect that CI systems read (testsuites, testsuite, testcase)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from judge.report import CaseResult, Report
from judge.verdict import Verdict

_NOT_XML = {c: "\ufffd" for c in range(0x20) if c not in (0x9, 0xA, 0xD)} | {0xFFFE: "\ufffd"}


def render(report: Report) -> str:
    """One test suite a group, one test case a case."""
    root = Element("testsuites", name=f"{report.problem} {report.problem_version}")
    for group in report.groups:
        cases = [case for case in report.cases if case.group == group.name]
        suite = SubElement(
            root,
            "testsuite",
            name=group.name,
            tests=str(len(cases)),
            failures=str(sum(_failed(case) for case in cases)),
            errors=str(sum(case.verdict is Verdict.IE for case in cases)),
            skipped=str(sum(case.verdict is None for case in cases)),
            time=_seconds(sum(case.wall_ms or 0.0 for case in cases)),
        )
        for case in cases:
            _add_case(suite, report, case)
    if not report.groups:
        _add_judge_error(root, report)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _add_case(suite: Element, report: Report, case: CaseResult) -> None:
    element = SubElement(
        suite,
        "testcase",
        name=f"case {case.index}",
        classname=f"{report.problem}.{case.group}",
        time=_seconds(case.wall_ms or 0.0),
    )
    if case.verdict is None:
        SubElement(element, "skipped")
    elif _failed(case):
        message = case.findings[0].message if case.findings else case.verdict.words
        failure = SubElement(element, "failure", type=case.verdict, message=_clean(message))
        failure.text = _clean(case.traceback or "\n".join(f.message for f in case.findings))


def _add_judge_error(root: Element, report: Report) -> None:
    suite = SubElement(root, "testsuite", name=report.problem, tests="1", errors="1")
    element = SubElement(suite, "testcase", name="judge", classname=report.problem)
    message = report.diagnosis.message if report.diagnosis else report.verdict.words
    SubElement(element, "error", type=report.verdict, message=_clean(message))


def _failed(case: CaseResult) -> bool:
    return case.verdict not in (Verdict.AC, Verdict.IE, None)


def _clean(text: str) -> str:
    """XML 1.0 has no form at all for most control characters."""
    return text.translate(_NOT_XML)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"
