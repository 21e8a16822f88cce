"""A report as JUnit XML, the dialect that CI systems read (testsuites, testsuite, testcase)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.formats.figures import cost_rows, evidence_words, transform_title
from judge.report import CaseResult, Finding, Report, TransformResult
from judge.transforms import GROUP
from judge.verdict import Verdict

_NOT_XML = {c: "\ufffd" for c in range(0x20) if c not in (0x9, 0xA, 0xD)} | {0xFFFE: "\ufffd"}


def render(report: Report) -> str:
    """One test suite a group, one test case a case; required transformations are a suite, those
    that are only reported another, in which nothing fails."""
    root = Element("testsuites", name=_clean(f"{report.problem} {report.problem_version}"))
    for group in report.groups:
        cases = [case for case in report.cases if case.group == group.name]
        required = [r for r in report.transforms if r.required and group.name == GROUP]
        suite = _add_suite(root, group.name, [*cases, *required])
        for case in cases:
            _add_case(suite, report, case)
        for result in required:
            _add_transform(suite, report, result)
    reported = [result for result in report.transforms if not result.required]
    if reported or report.cost is not None:
        suite = _add_suite(root, "reported", [])
        suite.set("tests", str(len(reported)))
        suite.set("skipped", str(sum(result.verdict is not Verdict.AC for result in reported)))
        _add_cost(suite, report)
        for result in reported:
            _add_transform(suite, report, result)
    if not report.groups:
        _add_judge_error(root, report)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _add_suite(
    root: Element, name: str, results: Sequence[CaseResult | TransformResult]
) -> Element:
    times = [result.wall_ms or 0.0 for result in results if isinstance(result, CaseResult)]
    return SubElement(
        root,
        "testsuite",
        name=_clean(name),
        tests=str(len(results)),
        failures=str(sum(_failed(result) for result in results)),
        errors=str(sum(result.verdict is Verdict.IE for result in results)),
        skipped=str(sum(result.verdict is None for result in results)),
        time=_seconds(sum(times)),
    )


def _add_case(suite: Element, report: Report, case: CaseResult) -> None:
    element = SubElement(
        suite,
        "testcase",
        name=f"case {case.index}",
        classname=_clean(f"{report.problem}.{case.group}"),
        time=_seconds(case.wall_ms or 0.0),
    )
    if case.verdict is None:
        SubElement(element, "skipped")
    elif _failed(case):
        message = case.findings[0].message if case.findings else case.verdict.words
        failure = SubElement(element, "failure", type=case.verdict, message=_clean(message))
        failure.text = _clean("\n".join([*map(_told, case.findings), case.traceback or ""]).strip())


def _add_transform(suite: Element, report: Report, result: TransformResult) -> None:
    element = SubElement(
        suite,
        "testcase",
        name=transform_title(result),
        classname=_clean(f"{report.problem}.{suite.get('name')}"),
        time="0.000",
    )
    if result.verdict is Verdict.AC:
        return
    if result.verdict is None or not result.required:
        SubElement(element, "skipped", message=_clean(result.message or "not tried"))
        return
    message = _clean(result.message or result.verdict.words)
    SubElement(element, "failure", type=result.verdict, message=message)


def _add_cost(suite: Element, report: Report) -> None:
    if report.cost is None:
        return
    properties = SubElement(suite, "properties")
    for row in cost_rows(report.cost):
        for name, value in (("cost", row.submission), ("reference cost", row.reference)):
            SubElement(properties, "property", name=f"{name}: {row.name}", value=value)


def _told(finding: Finding) -> str:
    """A finding with its evidence in a line below."""
    facts = ", ".join(f"{name} {value}" for name, value in evidence_words(finding))
    return f"{finding.message}\n  ({facts})" if facts else finding.message


def _add_judge_error(root: Element, report: Report) -> None:
    suite = SubElement(root, "testsuite", name=_clean(report.problem), tests="1", errors="1")
    element = SubElement(suite, "testcase", name="judge", classname=_clean(report.problem))
    message = report.diagnosis.message if report.diagnosis else report.verdict.words
    SubElement(element, "error", type=report.verdict, message=_clean(message))


def _failed(result: CaseResult | TransformResult) -> bool:
    return result.verdict not in (Verdict.AC, Verdict.IE, None)


def _clean(text: str) -> str:
    """XML 1.0 has no form at all for most control characters."""
    return text.translate(_NOT_XML)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"
