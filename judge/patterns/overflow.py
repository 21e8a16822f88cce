"""The pattern of exp without a shift: NaN or inf exactly where an input is too large for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from judge.case import Value
from judge.numbers import Array, Kind, kind_of, widen
from judge.patterns.finding import observed, told
from judge.report import Finding

# ln of the largest and of the smallest normal number of a dtype: exp gives inf above the one. Below
# the other it may give zero or a subnormal number, below the last it gives zero for sure.
_EXP_LIMITS = {
    "float16": (11.0898, -9.7, -17.4),
    "bfloat16": (88.72, -87.3, -104.0),
    "float32": (88.7228, -87.33, -104.0),
    "float64": (709.7827, -708.39, -745.2),
}


def exp_overflow(expected: Array, got: Array, inputs: Mapping[str, Value]) -> Finding | None:
    """Not finite exactly in the rows (or values) where exp of an input overflows, or where it
    gives zero for all of a row, so that a sum of zeros divides."""
    if kind_of(got.dtype) is not Kind.FLOAT or expected.shape != got.shape or not got.size:
        return None
    bad = ~np.isfinite(got) & np.isfinite(expected)
    if not bad.any():
        return None
    for name, value in inputs.items():
        limits = _EXP_LIMITS.get(value.dtype.name) if isinstance(value, np.ndarray) else None
        if limits is None or not isinstance(value, np.ndarray) or value.shape != got.shape:
            continue
        finding = _values(name, widen(value), bad, limits[0])
        if finding is None and got.ndim:
            finding = _rows(name, widen(value), bad, limits)
        if finding is not None:
            return finding
    return None


def _values(name: str, value: Array, bad: Array, highest: float) -> Finding | None:
    if not np.array_equal(bad, value > highest):
        return None
    count = int(np.count_nonzero(bad))
    text = (
        f"Your result is not finite in exactly the {count} of {bad.size} values where {name} is "
        f"above {told(highest)}: exp overflows to inf there."
    )
    return observed("exp_overflow", text, input=name, above=highest, values=count)


def _rows(
    name: str, value: Array, bad: Array, limits: tuple[float, float, float]
) -> Finding | None:
    highest, low, lowest = limits
    largest, broken = np.asarray(value.max(-1)), np.asarray(bad.any(-1))
    over, sure, perhaps = largest > highest, largest < lowest, largest < low
    # Between the two lower limits it depends on the machine whether exp gives zero.
    if not (broken[over | sure].all() and not broken[~(over | perhaps)].any()):
        return None
    count = int(np.count_nonzero(broken))
    which = f"exactly the {count} of {broken.size} rows" if broken.size > 1 else "the row"
    if (over & broken).any():
        why = f"where {name} exceeds {told(highest)}: exp overflows to inf, and inf / inf is NaN"
        if (broken & ~over).any():
            why += f" (or where all of it is below {told(low)}: exp gives only zeros)"
    else:
        why = f"where all of {name} is below {told(low)}: exp gives only zeros, and 0 / 0 is NaN"
    text = f"Your result is not finite in {which} {why}."
    return observed("exp_overflow", text, input=name, above=highest, below=low, rows=count)
