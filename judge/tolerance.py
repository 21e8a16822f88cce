"""How far a value may be from the expected one: the rule of a package, resolved for a leaf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from judge.numbers import Array, Kind, kind_of, widen
from judge.spec import AtolScale, CompareRule, NanPolicy

# By dtype: (rtol, atol) where a package says nothing. A few hundred roundings relative, and an
# atol for values that come out of cancellation between numbers of order one.
DEFAULTS = {
    "float64": (1e-10, 1e-12),
    "complex128": (1e-10, 1e-12),
    "float32": (1e-5, 1e-6),
    "complex64": (1e-5, 1e-6),
    "float16": (5e-3, 1e-3),
    "bfloat16": (4e-2, 1e-2),
}
# The formats of eight bits and less: one step of their two or three bits of mantissa.
DEFAULT_NARROW = (0.25, 0.125)

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Tolerance:
    """Right is: error <= atol + rtol·|expected|, or at most ``ulp`` units in the last place away.
    All zero for integers and bools."""

    rtol: float
    atol: float
    ulp: int | None
    nan_equal: bool


EXACT = Tolerance(rtol=0.0, atol=0.0, ulp=None, nan_equal=True)


def resolve(rule: CompareRule, expected: Array) -> Tolerance:
    """The tolerance for a leaf: the package's, the dtype's defaults where that says nothing, and
    atol scaled where the rule says so."""
    if kind_of(expected.dtype) not in (Kind.FLOAT, Kind.COMPLEX):
        return EXACT
    rtol, atol = DEFAULTS.get(expected.dtype.name, DEFAULT_NARROW)
    if rule.ulp is not None:
        rtol, atol = 0.0, 0.0
    rtol = rule.rtol if rule.rtol is not None else rtol
    atol = rule.atol if rule.atol is not None else atol
    if rule.atol_scale is AtolScale.MAX_ABS:
        atol *= _largest_finite(expected)
    return Tolerance(rtol, atol, rule.ulp, rule.nan is NanPolicy.EQUAL)


def _largest_finite(values: Array) -> float:
    """The largest finite magnitude, 0 where there is none."""
    flat = values.reshape(-1)
    largest = 0.0
    for start in range(0, flat.size, _BLOCK):
        magnitudes = np.abs(widen(flat[start : start + _BLOCK]))
        finite = np.isfinite(magnitudes)
        largest = max(largest, float(np.max(magnitudes, where=finite, initial=0.0)))
    return largest
