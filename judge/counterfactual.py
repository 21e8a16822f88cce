"""What a wrong answer is the right answer to: the same case with one of its inputs altered.

The reference is asked what it gives for the altered case, and the submission's answer is compared
with that. It is told only where it holds on every failing case that is looked at, and explains the
numbers so much better than the expected ones do that it is no chance.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from judge.alteration import PREFIX, Alteration
from judge.alterations import alterations
from judge.answer import Answer
from judge.case import Case, Transformation
from judge.numbers import Array, Kind, kind_of
from judge.package import Package
from judge.patterns.evidence import ENOUGH_BITS, nearer
from judge.reference import Parameters, ReferenceRunner
from judge.report import CaseResult, Diff, Finding
from judge.result import agreement
from judge.spec import Grading
from judge.trace import last_pass
from judge.transforms import static_inputs
from judge.verdict import Reason

_REASONS = (Reason.VALUES, Reason.NON_FINITE, Reason.TRACE, Reason.SHAPE)

# The failing case that tells most is asked about first; what fits there, then about the others.
_MOST_ASKED, _ASKING_S = 90, 3.0
_VERIFYING_S = 1.5


@dataclass(frozen=True)
class Failure:
    """A case that failed: what was expected and what came, and the initial parameters that were
    transplanted, if any were."""

    case: Case
    expected: Answer
    result: CaseResult
    answer: Answer
    parameters: Parameters = ()


@dataclass(frozen=True)
class _Fit:
    """How an alteration explains answers: in bits, with the margin (error ÷ allowed) that it
    leaves; ``besides`` names leaves that it explains but for what is said there."""

    alteration: Alteration
    bits: float
    margin: float
    besides: tuple[str, ...] = ()


def counterfactual(
    package: Package, failures: Sequence[Failure], reference: ReferenceRunner
) -> Finding | None:
    """The alteration that explains all failures, as a finding; None where there is none, or none
    was found in time. Asks the reference for a bounded number of cases, and seconds at most."""
    if not failures or any(failure.result.reason not in _REASONS for failure in failures):
        return None
    first, *others = sorted(failures, key=_size, reverse=True)
    asking = _Asking(package, reference, _MOST_ASKED, _ASKING_S)
    fits = [fit for one in alterations(package.spec) if (fit := asking.fit(one, first))]
    asking = _Asking(package, reference, _MOST_ASKED, _VERIFYING_S)
    for failure in others:
        fits = [both for fit in fits if (both := _both(fit, asking.fit(fit.alteration, failure)))]
    best = max((fit.bits for fit in fits), default=0.0)
    if best < ENOUGH_BITS:
        return None
    # Of those that explain as much, the first is the most common mistake.
    return _told(next(fit for fit in fits if fit.bits >= best - ENOUGH_BITS), failures)


def is_counterfactual(finding: Finding) -> bool:
    """Whether a finding is one of these."""
    return finding.kind.startswith(PREFIX)


class _Asking:
    """Asks what the reference gives for altered cases, so often and so long."""

    def __init__(
        self, package: Package, reference: ReferenceRunner, most: int, seconds: float
    ) -> None:
        self._package = package
        self._reference = reference
        self._left = most
        self._deadline = time.monotonic() + seconds

    def fit(self, alteration: Alteration, failure: Failure) -> _Fit | None:
        """How the alteration explains a failure; None where it does not, or nobody can be asked
        any more."""
        inputs = alteration.make(failure.case.inputs)
        seconds = self._deadline - time.monotonic()
        if inputs is None or self._left == 0 or seconds <= 0:
            return None
        self._left -= 1
        case = replace(failure.case, inputs=inputs)
        supposed = self._reference.altered(case, seconds, failure.parameters, self._compiled(case))
        if supposed is None or supposed.output is None:
            return None
        return _fit(self._package, alteration, failure, _restored(alteration, supposed, failure))

    def _compiled(self, case: Case) -> Transformation | None:
        """Where the package says that it can be jitted and no layers are looked at, the reference
        is compiled whole: that is what takes the time of a scan, and is then done but once."""
        spec = self._package.spec
        if spec.transforms.jit is Grading.OFF or spec.trace.observe or spec.trace.sown:
            return None
        return Transformation("compiled", case.inputs, static=static_inputs(spec))


def _restored(alteration: Alteration, supposed: Answer, failure: Failure) -> Answer:
    """The answer with its output brought into the shape of the expected one."""
    output, expected = supposed.output, failure.expected.output
    if alteration.restore is None or output is None or expected is None:
        return supposed
    leaves = [
        replace(leaf, value=alteration.restore(leaf.value, wanted.value.shape))
        if leaf.value.size == wanted.value.size
        else leaf
        for leaf, wanted in zip(output.leaves, expected.leaves, strict=False)
    ]
    return replace(supposed, output=replace(output, leaves=tuple(leaves)))


def _fit(
    package: Package, alteration: Alteration, failure: Failure, supposed: Answer
) -> _Fit | None:
    """Whether and how well what a right program gives for the altered case explains a failure."""
    gained = _gained(failure, supposed)
    if sum(gained) <= 0:
        return None
    agreed = agreement(package, supposed, failure.answer)
    besides: dict[int, str] = {}
    if agreed.comparison.reason is Reason.VALUES and len(gained) > 1:
        amended, besides = _amended(agreed.comparison.diffs, supposed, failure.answer)
        agreed = agreement(package, supposed, amended)
    if agreed.reason is not None:
        return None
    margins = [diff.margin for diff in agreed.comparison.diffs if diff.margin is not None]
    bits = sum(bits for leaf, bits in enumerate(gained) if leaf not in besides)
    return _Fit(alteration, bits, max(margins, default=0.0), tuple(besides.values()))


def _gained(failure: Failure, supposed: Answer) -> list[float]:
    """How much better the altered case explains each leaf of the answer, in bits; where only a
    trace is wrong, then what each layer got and gave."""
    answers = failure.expected, supposed, failure.answer
    arrays = [[leaf.value for leaf in a.output.leaves] if a.output else [] for a in answers]
    if failure.result.reason is Reason.TRACE:
        arrays = [
            [*leaves, *_layers(failure.expected, answer)]
            for leaves, answer in zip(arrays, answers, strict=True)
        ]
    if len({len(one) for one in arrays}) != 1:
        return []
    return [nearer(*triple) for triple in zip(*arrays, strict=True)]


def _layers(reference: Answer, answer: Answer) -> list[Array]:
    """What the last layers, as many as the reference applied, got and gave."""
    layers = last_pass(reference.trace.applied(), answer.trace.applied())
    return [a for layer in layers for a in (layer.input, layer.output) if a is not None]


def _amended(
    diffs: Sequence[Diff], supposed: Answer, answer: Answer
) -> tuple[Answer, dict[int, str]]:
    """The answer with leaves that differ set right where they are wrong in a simple way, and what
    that is, by leaf: a gradient by an input that is subtracted has the other sign besides, that by
    one which is not used is 0."""
    if supposed.output is None or answer.output is None:
        return answer, {}
    leaves, besides = list(answer.output.leaves), {}
    for number, (diff, right) in enumerate(zip(diffs, supposed.output.leaves, strict=True)):
        value = leaves[number].value
        if not diff.mismatched or kind_of(value.dtype) is not Kind.FLOAT:
            continue
        if not value.any():
            leaves[number] = replace(leaves[number], value=right.value)
            besides[number] = f"your {diff.path} is 0"
        elif nearer(right.value, -right.value, value) > 0:
            leaves[number] = replace(leaves[number], value=-value)
            besides[number] = f"your {diff.path} has the other sign"
    return replace(answer, output=replace(answer.output, leaves=tuple(leaves))), besides


def _both(one: _Fit, other: _Fit | None) -> _Fit | None:
    """Both together, None where they do not say the same."""
    if other is None or other.besides != one.besides:
        return None
    return replace(one, bits=one.bits + other.bits, margin=max(one.margin, other.margin))


def _size(failure: Failure) -> int:
    output = failure.expected.output
    return sum(leaf.value.size for leaf in output.leaves) if output is not None else 0


def _told(fit: _Fit, failures: Sequence[Failure]) -> Finding:
    margins = [d.margin for f in failures for d in f.result.diffs if d.margin is not None]
    besides = f", except that {' and '.join(fit.besides)}" if fit.besides else ""
    alteration = fit.alteration
    text = f"Your answer is what a right program gives when {alteration.when}{besides}: "
    return Finding(
        kind=PREFIX + alteration.kind,
        message=text + alteration.hint,
        evidence={
            "inputs": list(alteration.inputs),
            "margin": max(margins, default=None),
            "margin_when_altered": fit.margin,
            "failing_cases": [failure.case.index for failure in failures],
        },
    )
