"""How a pattern's observation is written down, and how its numbers are told."""

from __future__ import annotations

from typing import Any

from judge.report import Finding

PREFIX = "pattern_"


def observed(kind: str, message: str, **evidence: Any) -> Finding:
    """A finding of a pattern; ``evidence`` holds plain numbers, text and lists of them."""
    return Finding(kind=PREFIX + kind, message=message, evidence=evidence)


def told(number: complex) -> str:
    """A number as a sentence has it: six digits at most."""
    if isinstance(number, complex):
        return f"({number:.6g})"
    text = f"{number:.6g}"
    return text if set(text) & set(".en") else f"{text}.0"


def plain(number: complex) -> float | str:
    """A number as a report holds it: complex ones as text."""
    return str(number) if isinstance(number, complex) else float(number)


def slices(ndim: int, axis: int) -> tuple[str, str]:
    """What lies along an axis, one and many: rows and columns of a matrix, values of a vector."""
    if ndim == 1:
        return "value", "values"
    if ndim == 2:
        return ("row", "rows") if axis == 0 else ("column", "columns")
    return f"slice of axis {axis}", f"slices of axis {axis}"
