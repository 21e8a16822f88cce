"""The diagnosis: the one sentence shown first, and the pitfall's name where it is a known one.

On a failing case the package's known-wrong programs are run on the same inputs, in the reference
runner. Where one of them fails in the same way (the same exception, or the same signature of its
trace and the same reason), the mistake has a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future

from judge.answer import Answer, Raised
from judge.case import Case, Plan
from judge.compare import compare
from judge.counterfactual import Failure, counterfactual, is_counterfactual
from judge.explain import KIND as EXPLANATION
from judge.package import KnownSubmission, Package
from judge.patterns.find import explains, is_pattern
from judge.reference import ReferenceRunner
from judge.report import CaseResult, Diagnosis, Finding
from judge.result import agreement
from judge.sandbox.process import Loaded
from judge.trace import UNOBSERVED, Signature, signature
from judge.trace_sown import KIND as SOWN
from judge.transplant import Transplants
from judge.verdict import Reason, Verdict, combine

_CASES_EXAMINED = 4
_TRACE = "trace_"


def diagnose(
    package: Package,
    plan: Plan,
    results: Sequence[CaseResult],
    answers: Mapping[int, Answer],
    expected: Sequence[Future[Answer]],
    reference: ReferenceRunner,
    transplants: Transplants,
) -> tuple[Diagnosis | None, Sequence[CaseResult]]:
    """None for an accepted attempt; else about the first case with the attempt's verdict. With it
    the results, to which what explains that case is added."""
    verdict = combine(result.verdict for result in results)
    failing = [r for r in results if r.verdict is verdict]
    if verdict is Verdict.AC or not failing:
        return None, results
    pitfall = None
    first = failing[0]
    if verdict in (Verdict.WA, Verdict.RTE):
        cases = {
            case.index: (case, future) for case, future in zip(plan.cases, expected, strict=True)
        }
        examined = [(*cases[r.index], r, answers[r.index]) for r in failing[:_CASES_EXAMINED]]
        pitfall = _pitfall(package, examined, reference, transplants)
        if pitfall is None and not any(map(explains, first.findings)):
            first = _with_counterfactual(package, examined, reference, transplants)
            results = [first if result.index == first.index else result for result in results]
    named = package.spec.pitfall(pitfall) if pitfall else None
    diagnosis = Diagnosis(
        pitfall=pitfall,
        message=named.message if named else _sentence(first),
        case=first.index,
        section=named.section if named else None,
    )
    return diagnosis, results


def diagnose_load(loaded: Loaded, first: CaseResult) -> Diagnosis:
    """About a program that never came to a case."""
    failure = loaded.failure
    if failure is None:
        return Diagnosis(pitfall=None, message=_sentence(first), case=first.index)
    if failure.kind == "raised":
        where = f" (line {failure.line})" if failure.line else ""
        message = f"Importing the program raised {failure.type}: {failure.message}{where}"
        explanation = next((f.message for f in first.findings if f.kind == EXPLANATION), None)
        if explanation is not None:
            message = f"Importing the program raised {failure.type}. {explanation}"
    elif failure.kind == "syntax":
        message = f"This is not Python that compiles: {failure.message}"
    else:
        message = failure.message
    return Diagnosis(pitfall=None, message=message, case=first.index)


def _pitfall(
    package: Package,
    examined: Sequence[tuple[Case, Future[Answer], CaseResult, Answer]],
    reference: ReferenceRunner,
    transplants: Transplants,
) -> str | None:
    """The pitfall whose programs fail like the submission on every case looked at. Further cases
    are only looked at while several pitfalls still fit."""
    candidates: list[str] | None = None
    for case, future, result, answer in examined:
        transplanted = transplants.of(case)
        expected = transplanted.expected if transplanted else future.result()
        known_wrong = reference.known_wrong(case, transplanted.parameters if transplanted else ())
        matching = _matching(package, expected, result, answer, known_wrong)
        order = [pitfall.id for pitfall in package.spec.pitfalls]
        candidates = [p for p in candidates or order if p in matching]
        if len(candidates) <= 1:
            break
    return candidates[0] if candidates else None


def _with_counterfactual(
    package: Package,
    examined: Sequence[tuple[Case, Future[Answer], CaseResult, Answer]],
    reference: ReferenceRunner,
    transplants: Transplants,
) -> CaseResult:
    """The first result, with the altered case that all answers looked at are right for put before
    its other findings, where there is one."""
    failures = []
    for case, future, result, answer in examined:
        done = transplants.of(case)
        expected, parameters = (done.expected, done.parameters) if done else (future.result(), ())
        failures.append(Failure(case, expected, result, answer, parameters))
    finding = counterfactual(package, failures, reference)
    first = failures[0].result
    return first.model_copy(update={"findings": (finding, *first.findings)}) if finding else first


def _matching(
    package: Package,
    expected: Answer,
    result: CaseResult,
    answer: Answer,
    known_wrong: Iterable[tuple[KnownSubmission, Answer]],
) -> set[str | None]:
    """The pitfalls of the programs that fail like the submission: of those with its very output if
    there are any, since several mistakes can look the same in a trace."""
    own, right = signature(expected, answer), signature(expected, expected)
    # Where a trace does not show what was done, or is that of a right program, the output has to.
    traced = own != right and not own.kinds & UNOBSERVED
    alike, same = set(), set()
    for known, wrong in known_wrong:
        if answer.raised is not None or wrong.raised is not None:
            if _same_exception(answer.raised, wrong.raised):
                same.add(known.pitfall)
        elif _same_reason(package, expected, result, own, wrong):
            if _same_output(package, answer, wrong):
                same.add(known.pitfall)
            elif traced:
                alike.add(known.pitfall)
    return same or alike


def _same_reason(
    package: Package, expected: Answer, result: CaseResult, own: Signature, wrong: Answer
) -> bool:
    """``own``: the signature of the submission's answer, whose result is ``result``."""
    if result.verdict is not Verdict.WA or wrong.output is None:
        return False
    if signature(expected, wrong) != own:
        return False
    agreed = agreement(package, expected, wrong)
    return agreed.reason is result.reason and _sown(agreed.traced) == _sown(result.findings)


def _sown(findings: Iterable[Finding]) -> list[tuple[object, object]]:
    """Which sown values are wrong, and how."""
    told = [finding.evidence for finding in findings if finding.kind == SOWN]
    return [(evidence["name"], evidence["differs"]) for evidence in told]


def _same_output(package: Package, answer: Answer, wrong: Answer) -> bool:
    if answer.output is None or wrong.output is None:
        return False
    return compare(wrong.output, answer.output, package.spec.compare, package.spec.output).passed


def _same_exception(one: Raised | None, other: Raised | None) -> bool:
    return one is not None and other is not None and _told(one) == _told(other)


def _told(raised: Raised) -> tuple[str, str]:
    """An exception without what depends on the names that a learner chose: paths of modules."""
    first = raised.message.strip().split("\n", 1)[0]
    return raised.type_name, re.sub(r'"/[^"]*"', '"/…"', first)


def _sentence(result: CaseResult) -> str:
    """What says most about a case: what explains it, else a layer that differs, else the first
    finding."""
    for finding in result.findings:
        if finding.kind == EXPLANATION or is_pattern(finding) or is_counterfactual(finding):
            return finding.message
    if not result.findings:
        return f"{result.verdict.words}." if result.verdict is not None else "Not judged."
    first = result.findings[0]
    if first.kind in (Reason.VALUES, Reason.NON_FINITE):
        # Which layer is wrong says more than how far the numbers are off.
        first = next((f for f in result.findings if f.kind.startswith(_TRACE)), first)
    return first.message
