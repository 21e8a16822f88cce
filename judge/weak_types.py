"""Tells where an output is weakly typed and the expected one is not, or the other way round."""

from __future__ import annotations

from judge.answer import Leaf, LeafKind, Output
from judge.report import Finding

KIND = "weak_type"

_WEAK = (
    "Your result{at} is weakly typed: it came from Python numbers alone, and takes the dtype of "
    "what it is combined with. The expected one keeps its dtype."
)
_STRONG = (
    "Your result{at} keeps its dtype; the expected one is weakly typed: it came from Python "
    "numbers alone, and takes the dtype of what it is combined with."
)


def weak_type_findings(expected: Output, got: Output) -> tuple[Finding, ...]:
    """One finding about the first leaf whose weak type is not the expected one, as an aside: it is
    no reason for a verdict. Only JAX arrays have one, so nothing is said of other leaves; nothing
    either where the leaves of the two outputs do not correspond."""
    if [leaf.path for leaf in expected.leaves] != [leaf.path for leaf in got.leaves]:
        return ()
    pairs = list(zip(expected.leaves, got.leaves, strict=True))
    differing = [answer for right, answer in pairs if _differ(right, answer)]
    if not differing:
        return ()
    first = differing[0]
    # The path is the reference's too, so it is none that a submission made up.
    at = f" at {first.path}" if first.path else ""
    message = (_WEAK if first.weak_type else _STRONG).format(at=at)
    evidence = {"path": first.path, "weak": first.weak_type, "leaves": len(differing)}
    return (Finding(kind=KIND, message=message, evidence=evidence),)


def _differ(right: Leaf, answer: Leaf) -> bool:
    both = right.kind is answer.kind is LeafKind.JAX
    return both and right.weak_type is not answer.weak_type
