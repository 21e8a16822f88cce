"""What of a report a learner may read: each group's cases cut to its visibility.

``full`` shows all. ``diff`` shows inputs in short and how the output differs, and nothing that the
program says in words of its own: what it printed, exceptions' messages, tracebacks. ``verdict``
shows the verdict. Everything is built from what is named here, so that what a report gains later
stays hidden until somebody has thought about it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from judge.explain import KIND as EXPLANATION
from judge.report import CaseResult, Diagnosis, Finding, Report, TransformResult
from judge.source import MAX_SOURCE_BYTES
from judge.verdict import Reason, Verdict, Visibility

_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")
_JUDGE_ERROR = (
    "The judge failed, not your program; this costs you nothing. Staff can read in the report why."
)


def for_learner(report: Report, pitfalls: Mapping[str, str]) -> Report:
    """The report as a learner may see it. ``pitfalls`` holds the messages that the package gives
    its pitfalls, by id: of a hidden case, nothing else is told in words.

    Where a case is hidden, so are the plan seed, from which its inputs could be drawn again, and
    all times, which a program can make longer the larger an input is.
    """
    whole = not any(v is Visibility.VERDICT for v in _visibilities(report).values())
    return Report(
        format=report.format,
        problem=report.problem,
        problem_version=report.problem_version,
        package_sha256=report.package_sha256,
        plan_seed=report.plan_seed if whole else None,
        pool_epoch=report.pool_epoch,
        runtime=report.runtime,
        backend=report.backend,
        verdict=report.verdict,
        reason=report.reason if whole else _visible_reason(report),
        score=report.score,
        diagnosis=_diagnosis(report, pitfalls),
        groups=report.groups,
        cases=tuple(case_for_learner(case) for case in report.cases),
        transforms=tuple(_transform(report, result) for result in report.transforms),
        cost=report.cost if report.cost and _shown(report, report.cost.case) else None,
        timing=report.timing if whole else {},
        environment=report.environment,
        complete=report.complete,
    )


def failure_alone(report: Report) -> Report:
    """Of a report on which the judge failed, that it did: for who is to see later what it found
    before that."""
    return Report(
        format=report.format,
        problem=report.problem,
        problem_version=report.problem_version,
        package_sha256=report.package_sha256,
        plan_seed=None,
        pool_epoch=report.pool_epoch,
        runtime=report.runtime,
        backend=report.backend,
        verdict=report.verdict,
        score=0.0,
        diagnosis=_diagnosis(report, {}),
        environment=report.environment,
    )


def after_due(report: Report) -> Report:
    """The whole report with each group's visibility that of the time after the due date."""
    later = {group.name: group.after_due or group.visibility for group in report.groups}
    cases = (
        c.model_copy(update={"visibility": later.get(c.group, c.visibility)}) for c in report.cases
    )
    groups = (
        g.model_copy(update={"visibility": later[g.name], "after_due": None}) for g in report.groups
    )
    return report.model_copy(update={"cases": tuple(cases), "groups": tuple(groups)})


def with_hidden(report: Report, groups: Collection[str]) -> Report:
    """The whole report with these groups hidden as if the package did so; what it says of the time
    after the due date stays."""
    return report.model_copy(
        update={
            "cases": tuple(case_with_hidden(case, groups) for case in report.cases),
            "groups": tuple(
                group.model_copy(update={"visibility": Visibility.VERDICT})
                if group.name in groups
                else group
                for group in report.groups
            ),
        }
    )


def case_with_hidden(case: CaseResult, groups: Collection[str]) -> CaseResult:
    """The whole case, hidden where it is of one of these groups."""
    if case.group not in groups:
        return case
    return case.model_copy(update={"visibility": Visibility.VERDICT})


def case_for_learner(case: CaseResult) -> CaseResult:
    """A case as a learner may see it. A program that did not load has seen no input, so whatever
    it said then can be shown."""
    if case.visibility is Visibility.FULL:
        return case
    loading = failed_to_load(case)
    if case.visibility is Visibility.DIFF:
        return CaseResult(
            index=case.index,
            group=case.group,
            visibility=case.visibility,
            inputs=case.inputs,
            verdict=case.verdict,
            reason=case.reason,
            wall_ms=case.wall_ms,
            diffs=case.diffs,
            findings=case.findings if loading else tuple(map(_without_words, case.findings)),
            stdout=case.stdout if loading else "",
            stderr=case.stderr if loading else "",
            traceback=case.traceback if loading else None,
        )
    return CaseResult(
        index=case.index,
        group=case.group,
        visibility=case.visibility,
        inputs={},
        verdict=case.verdict,
        findings=case.findings if loading else (),
        stdout=case.stdout if loading else "",
        stderr=case.stderr if loading else "",
        traceback=case.traceback if loading else None,
    )


def failed_to_load(case: CaseResult) -> bool:
    """Whether this is the result of a program that came to no case."""
    return any(finding.kind.startswith("load_") for finding in case.findings)


def exception_message(finding: Finding) -> str:
    """An exception by its type and line alone: its text can hold inputs, and so could a type's
    name that is none."""
    name, line = _type_and_line(finding)
    where = f" (line {line})" if line is not None else ""
    return f"{name or 'an exception'}{where}"


def _without_words(finding: Finding) -> Finding:
    if finding.kind not in ("exception", EXPLANATION):
        return finding
    name, line = _type_and_line(finding)
    evidence = {"type": name, "line": line}
    if finding.kind == EXPLANATION:
        # A sentence of the judge's, which quotes at most a few words of the message.
        evidence["explanation"] = finding.evidence.get("explanation")
        return finding.model_copy(update={"evidence": evidence})
    return Finding(kind=finding.kind, message=exception_message(finding), evidence=evidence)


def _type_and_line(finding: Finding) -> tuple[str | None, int | None]:
    name, line = finding.evidence.get("type"), finding.evidence.get("line")
    named = isinstance(name, str) and _TYPE_NAME.fullmatch(name)
    possible = isinstance(line, int) and 0 < line <= MAX_SOURCE_BYTES
    return (name if named else None), (line if possible else None)


def _visibilities(report: Report) -> dict[int, Visibility]:
    return {case.index: case.visibility for case in report.cases}


def _shown(report: Report, case: int | None) -> bool:
    """Whether more than the verdict is shown of a case. One that is not known is not shown."""
    known = _visibilities(report)
    if case is None:
        return Visibility.VERDICT not in known.values()
    return known.get(case, Visibility.VERDICT) is not Visibility.VERDICT


def _visible_reason(report: Report) -> Reason | None:
    """That of the first shown case or transformation with the attempt's verdict."""
    for case in report.cases:
        if case.verdict is report.verdict and case.visibility is not Visibility.VERDICT:
            return case.reason
    for result in report.transforms:
        if result.required and result.verdict is report.verdict and _shown(report, result.case):
            return result.reason
    return None


def _transform(report: Report, result: TransformResult) -> TransformResult:
    case = next((c for c in report.cases if c.index == result.case), None)
    if case is not None and case.visibility is Visibility.FULL:
        return result
    if not _shown(report, result.case):
        return TransformResult(name=result.name, required=result.required, verdict=result.verdict)
    raised = result.verdict is Verdict.RTE
    return TransformResult(
        name=result.name,
        required=result.required,
        verdict=result.verdict,
        reason=result.reason,
        case=result.case,
        message="It raised an exception." if raised else result.message,
        diffs=result.diffs,
    )


def _diagnosis(report: Report, pitfalls: Mapping[str, str]) -> Diagnosis | None:
    told = report.diagnosis
    if told is None:
        return None
    if report.verdict is Verdict.IE:
        return Diagnosis(pitfall=None, message=_JUDGE_ERROR)
    case = next((c for c in report.cases if c.index == told.case), None)
    if case is not None and (case.visibility is Visibility.FULL or failed_to_load(case)):
        return told
    named = pitfalls.get(told.pitfall) if told.pitfall else None
    if not _shown(report, told.case):
        return Diagnosis(
            pitfall=told.pitfall if named else None,
            message=named or f"{report.verdict.words}. This group shows the verdict only.",
            section=told.section if named else None,
        )
    if named is not None or case is None:
        return told.model_copy(update={"message": named or told.message})
    failed = _failed_transform(report)
    if failed is not None and case.verdict is Verdict.AC:
        said = _transform(report, failed).message
        return told.model_copy(update={"message": said or f"{report.verdict.words}."})
    return told.model_copy(update={"message": _words_kept(told.message, case)})


def _failed_transform(report: Report) -> TransformResult | None:
    """The required transformation that gives the attempt its verdict where all cases pass."""
    required = (result for result in report.transforms if result.required)
    return next((result for result in required if result.verdict is report.verdict), None)


def _words_kept(message: str, case: CaseResult) -> str:
    """The sentence, where it is that of a finding which stays as it is; else the first finding as
    it stays."""
    kept = case_for_learner(case).findings
    if any(finding.message == message for finding in kept):
        return message
    if kept:
        return kept[0].message
    return f"{case.verdict.words}." if case.verdict is not None else "Not judged."
