"""Figures of a report as every format and the pages show them: errors, transformations, cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

from judge.explain import KIND as EXPLANATION
from judge.report import CaseResult, Cost, CostCard, Diff, Finding, Mismatch, TransformResult

# Beyond this, a distance in ULP says no more than that the values differ.
_TELLING_ULPS = 1 << 20

_TITLES = {
    "jit": "jax.jit",
    "vmap": "jax.vmap",
    "grad": "jax.grad",
    "repeat": "called twice",
    "key_reuse": "no key used twice",
    "rank_promotion": "strict ranks",
    "dtype_promotion": "strict dtypes",
}


@dataclass(frozen=True)
class CostRow:
    """One figure of a cost card: in words, and as shares of the larger one, for bars."""

    name: str
    submission: str
    reference: str
    ratio: str
    submission_share: float
    reference_share: float


def measures(diff: Diff) -> list[tuple[str, Mismatch]]:
    """The largest errors of a leaf by each measure that tells something."""
    named = [("absolute", diff.max_abs), ("relative", diff.max_rel)]
    if diff.max_ulp is not None and diff.max_ulp.error <= _TELLING_ULPS:
        named.append(("ULP", diff.max_ulp))
    return [(name, at) for name, at in named if at is not None]


def failing_lines(diff: Diff) -> str:
    """Where in a matrix the mismatches are, for example ``all in row 3, columns 0, 2``; empty
    where they are in all rows and all columns, or at a single place, which is told elsewhere."""
    parts = []
    for noun, failing in (("row", diff.failing_rows), ("column", diff.failing_columns)):
        if failing is not None:
            listed = ", ".join(map(str, failing.indices))
            rest = failing.count - len(failing.indices)
            more = f" and {rest} more" if rest else ""
            parts.append(f"{noun}{'s' if failing.count > 1 else ''} {listed}{more}")
    return f"all in {', '.join(parts)}" if parts and diff.mismatched > 1 else ""


def transform_title(result: TransformResult) -> str:
    """What was done with the entry point."""
    return _TITLES.get(result.name, result.name)


def cost_rows(card: CostCard) -> list[CostRow]:
    """The figures that either side has; none where the submission has none to compare."""
    if all(_value(card.submission, name) is None for name in Cost.model_fields):
        return []
    rows = (
        ("operations", "flops", _count),
        ("memory traffic", "bytes_accessed", _bytes),
        ("buffers", "peak_bytes", _bytes),
        ("compiling", "compile_ms", _milliseconds),
        ("running", "run_ms", _milliseconds),
    )
    found = []
    for name, field, spell in rows:
        mine, theirs = _value(card.submission, field), _value(card.reference, field)
        if mine is None and theirs is None:
            continue
        largest = max(mine or 0.0, theirs or 0.0)
        found.append(
            CostRow(
                name=name,
                submission="–" if mine is None else spell(mine),
                reference="–" if theirs is None else spell(theirs),
                ratio=_ratio(mine, theirs),
                submission_share=(mine or 0.0) / largest if largest else 0.0,
                reference_share=(theirs or 0.0) / largest if largest else 0.0,
            )
        )
    return found


def evidence_words(finding: Finding) -> list[tuple[str, str]]:
    """The single facts of a finding; lists of facts are left to tables. What is said of an
    exception has its type and line in the sentence."""
    if finding.kind in ("exception", EXPLANATION):
        return []
    facts = []
    for name, value in finding.evidence.items():
        listed = isinstance(value, list | tuple)
        if value is None or isinstance(value, dict) or (listed and _nested(value)):
            continue
        words = ", ".join(map(_word, value)) if listed else _word(value)
        facts.append((name.replace("_", " "), words))
    return facts


def shown_findings(case: CaseResult) -> list[Finding]:
    """A case's findings, without an exception that the traceback beside them ends with."""
    return [f for f in case.findings if f.kind != "exception" or not case.traceback]


def _nested(values: list[object] | tuple[object, ...]) -> bool:
    return any(isinstance(value, dict | list | tuple) for value in values)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else f"{value:.6g}"
    return str(value)


def _value(cost: Cost, field: str) -> float | None:
    value: float | None = getattr(cost, field)
    return value if value is not None and math.isfinite(value) else None


def _ratio(mine: float | None, theirs: float | None) -> str:
    if mine is None or theirs is None or theirs <= 0 or mine < 0:
        return ""
    ratio = mine / theirs
    return f"{ratio:.2g}×" if ratio < 99.5 else f"{ratio:.0f}×"


def _count(value: float) -> str:
    return _scaled(value, 1000, ("", " k", " M", " G", " T", " P"))


def _bytes(value: float) -> str:
    return _scaled(value, 1024, (" B", " KiB", " MiB", " GiB", " TiB"))


def _milliseconds(value: float) -> str:
    if value < 1:
        return f"{value * 1000:.3g} µs"
    return f"{value:.3g} ms" if value < 1000 else f"{value / 1000:.3g} s"


def _scaled(value: float, base: int, units: tuple[str, ...]) -> str:
    place = 0
    while abs(value) >= base and place < len(units) - 1:
        value /= base
        place += 1
    return (f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}") + units[
        place
    ]
