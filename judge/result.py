"""The result of one case: an answer compared with the reference's, told for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from judge.answer import Answer, Ended, Ending, Output, Raised
from judge.case import Case, Plan, Value
from judge.compare import Comparison, compare
from judge.explain import explain
from judge.package import Package
from judge.patterns.find import find_patterns
from judge.report import CaseResult, Finding
from judge.sandbox.process import Loaded
from judge.spec import Agree
from judge.trace import compare_traces
from judge.trace_sown import compare_sown
from judge.verdict import Reason, Verdict
from judge.weak_types import weak_type_findings

_ENDINGS = {
    Ending.TIME: Verdict.TLE,
    Ending.MEMORY: Verdict.MLE,
    Ending.OUTPUT: Verdict.OLE,
    Ending.ANSWERS: Verdict.OLE,
    Ending.EXITED: Verdict.RTE,
    Ending.CRASHED: Verdict.RTE,
    Ending.PROTOCOL: Verdict.RTE,
}

# Why a result is wrong where its relation to the expected one can say more.
_WITH_PATTERNS = (Reason.VALUES, Reason.NON_FINITE, Reason.SHAPE)


@dataclass(frozen=True)
class Agreement:
    """How an answer's output and trace agree with the reference's: ``reason`` is None where a
    problem asks for nothing that is missing."""

    expected: Output
    got: Output
    comparison: Comparison
    traced: tuple[Finding, ...]

    @property
    def reason(self) -> Reason | None:
        return self.comparison.reason or (Reason.TRACE if self.traced else None)


def case_result(package: Package, case: Case, expected: Answer, answer: Answer) -> CaseResult:
    """The verdict on one answer. ``expected`` holds the reference's output and trace."""
    ran = _ran(case, answer)
    if answer.ended is not None:
        finding = ended_finding(package, answer.ended)
        return CaseResult(**ran, verdict=_ENDINGS[answer.ended.ending], findings=(finding,))
    if answer.raised is not None:
        raised = answer.raised
        where = f" (line {raised.line})" if raised.line else ""
        finding = Finding(
            kind="exception",
            message=f"{raised.type_name}: {_first_line(raised.message)}{where}",
            evidence={"type": raised.type_name, "line": raised.line},
        )
        return CaseResult(
            **ran,
            verdict=Verdict.RTE,
            findings=(finding, *_explanation(raised)),
            traceback=raised.traceback,
        )
    if answer.refusal is not None:
        refusal = answer.refusal
        at = f" at {refusal.path}" if refusal.path else ""
        message = f"{package.spec.entry} returned a {refusal.type_name}{at}: {refusal.why}."
        finding = Finding(kind="refused", message=message)
        return CaseResult(**ran, verdict=Verdict.WA, reason=Reason.STRUCTURE, findings=(finding,))
    return _compared(package, case, ran, expected, answer)


def agreement(package: Package, expected: Answer, answer: Answer) -> Agreement:
    """Compares an output and a trace with the reference's. Raises ValueError where one of the two
    has no output."""
    if expected.output is None or answer.output is None:
        raise ValueError("an answer with neither an output nor a reason for having none")
    spec = package.spec
    traced: tuple[Finding, ...] = ()
    if spec.trace.agree is not Agree.OFF:
        rule = spec.compare if spec.trace.agree is Agree.VALUES else None
        traced = compare_traces(expected, answer, rule)
    traced += compare_sown(spec.trace.sown, expected.trace, answer.trace, spec.compare)
    comparison = compare(expected.output, answer.output, spec.compare, spec.output)
    return Agreement(expected.output, answer.output, comparison, traced)


def failed_load_result(package: Package, plan: Plan, loaded: Loaded) -> list[CaseResult]:
    """The results of a program that never came to a case: the first tells why, none was run."""
    first = _ran(plan.cases[0], loaded)
    if loaded.failure is not None:
        verdict = Verdict.RTE if loaded.failure.kind == "raised" else Verdict.CE
        failure = loaded.failure
        finding = Finding(kind=f"load_{failure.kind}", message=failure.message)
        findings: tuple[Finding, ...] = (finding,)
        if failure.kind == "raised" and failure.type is not None:
            raised = Raised(failure.type, failure.message, failure.traceback or "", failure.line)
            findings += _explanation(raised)
        result = CaseResult(
            **first, verdict=verdict, findings=findings, traceback=failure.traceback
        )
    else:
        assert loaded.ended is not None  # noqa: S101 - a load fails in one of two ways
        verdict = _ENDINGS[loaded.ended.ending]
        result = CaseResult(
            **first, verdict=verdict, findings=(ended_finding(package, loaded.ended),)
        )
    return [result, *(not_run_result(case) for case in plan.cases[1:])]


def not_run_result(case: Case) -> CaseResult:
    """A case that did not run: no verdict."""
    return CaseResult(**_base(case), verdict=None)


def ended_finding(package: Package, ended: Ended) -> Finding:
    """How a process ended, with the limit that it met."""
    limits = package.spec.limits
    limit = {
        Ending.TIME: f" (limits of a case: {limits.wall_s} s, {limits.cpu_s} s of CPU)",
        Ending.MEMORY: f" ({limits.memory_mb} MiB)",
        Ending.OUTPUT: f" ({limits.output_kb} KiB of stdout or stderr a case)",
    }.get(ended.ending, "")
    detail = ended.detail[:1].upper() + ended.detail[1:]
    return Finding(kind=f"ended_{ended.ending}", message=f"{detail}{limit}.")


def _compared(
    package: Package, case: Case, ran: dict[str, Any], expected: Answer, answer: Answer
) -> CaseResult:
    agreed = agreement(package, expected, answer)
    comparison, findings = agreed.comparison, agreed.traced
    if comparison.reason is not None:
        numeric = Finding(kind=comparison.reason.value, message=comparison.message)
        patterns: tuple[Finding, ...] = ()
        if comparison.reason in _WITH_PATTERNS:
            patterns = find_patterns(agreed.expected, agreed.got, comparison.diffs, case.inputs)
        findings = (numeric, *patterns, *agreed.traced)
    findings += weak_type_findings(agreed.expected, agreed.got)
    return CaseResult(
        **ran,
        verdict=Verdict.AC if agreed.reason is None else Verdict.WA,
        reason=agreed.reason,
        diffs=comparison.diffs,
        findings=findings,
    )


def _explanation(raised: Raised) -> tuple[Finding, ...]:
    explanation = explain(raised)
    return () if explanation is None else (explanation,)


def _ran(case: Case, run: Answer | Loaded) -> dict[str, Any]:
    return _base(case) | {"wall_ms": run.wall_ms, "stdout": run.stdout, "stderr": run.stderr}


def _base(case: Case) -> dict[str, Any]:
    return {
        "index": case.index,
        "group": case.group,
        "visibility": case.visibility,
        "inputs": _summary(case.inputs),
    }


def _summary(inputs: Mapping[str, Value]) -> dict[str, Any]:
    """Scalars whole, arrays as shape and dtype."""
    return {
        name: {"shape": list(value.shape), "dtype": value.dtype.name}
        if isinstance(value, np.ndarray)
        else value
        for name, value in inputs.items()
    }


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:300]
