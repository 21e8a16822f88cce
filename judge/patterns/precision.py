"""Patterns of numbers with too few digits: a computation in float16 or bfloat16."""

from __future__ import annotations

import ml_dtypes
import numpy as np

from judge.numbers import Array, widen
from judge.patterns.evidence import ENOUGH_BITS, bits, sampled
from judge.patterns.finding import observed, told
from judge.report import Finding

# What bfloat16 holds, float16 mostly holds too; hence in this order.
_NARROW = {"bfloat16": np.dtype(ml_dtypes.bfloat16), "float16": np.dtype(np.float16)}
_UNIT = {"bfloat16": 2.0**-8, "float16": 2.0**-11}
_WIDE = (np.dtype(np.float32), np.dtype(np.float64))
_FEWEST = 6

_FEWEST_IN_LINE = 8
_LINES, _IN_LINE = 64, 1024
# Random errors in a line of eight go together with its values by about 0.3.
_GOES_TOGETHER = 0.45


def narrow_values(expected: Array, got: Array) -> Finding | None:
    """Every value is one that float16 or bfloat16 can hold, near the expected one."""
    if expected.shape != got.shape or expected.dtype not in _WIDE or got.dtype not in _WIDE:
        return None
    wanted, came = sampled(expected), sampled(got)
    counted = np.isfinite(wanted) & np.isfinite(came) & ((wanted != 0) | (came != 0))
    wanted, came = wanted[counted], came[counted]
    for name, narrow in _NARROW.items():
        # Few are enough: one value in 2**13 has so few digits by chance.
        if bits(came, (_UNIT[name], 0.0)) < ENOUGH_BITS:
            continue
        fits = came.astype(narrow).astype(np.float64) == came
        fitted_before = wanted.astype(narrow).astype(np.float64) == wanted
        if not fits.all() or fitted_before.mean() >= 0.5:
            continue
        # The smallest numbers of a dtype have fewer digits than the others.
        smallest = float(ml_dtypes.finfo(narrow).smallest_subnormal)  # type: ignore[no-untyped-call]
        errors = np.maximum(np.abs(came - wanted) - smallest, 0) / np.abs(wanted)
        middle = float(np.median(errors))
        if middle <= 8 * _UNIT[name]:
            text = (
                f"Every value of your result has no more digits than {name} holds, although its "
                f"dtype is {got.dtype.name}: it was computed in {name} and cast up."
            )
            return observed("narrow_values", text, dtype=name, median_relative=middle)
    return None


def narrow_error(expected: Array, got: Array) -> Finding | None:
    """Values off by a random amount of the size of float16's or bfloat16's rounding."""
    pair = _relative_errors(expected, got)
    if pair is None:
        return None
    wanted, came, errors = pair
    middle = float(np.median(errors))
    # A slip in a formula pushes the values one way, or their sizes; rounding pushes both ways.
    signs = np.sign(came - wanted)
    one_sided = max(abs(signs.mean()), abs((signs * np.sign(wanted)).mean())) > 0.5
    if one_sided or errors.size < 4 * _FEWEST or _follows_a_rule(expected, got):
        return None
    for name, unit in _UNIT.items():
        # A rounding error is uniform within half a unit to either side; a few of them add up.
        if unit / 8 <= middle <= unit * 2 and np.quantile(errors, 0.9) <= 16 * unit:
            text = (
                f"The values are off by about {told(middle)} of their size, at random to either "
                f"side: a computation in {name} is that far off, although the result is "
                f"{got.dtype.name}."
            )
            return observed("narrow_error", text, dtype=name, median_relative=middle, unit=unit)
    return None


def _follows_a_rule(expected: Array, got: Array) -> bool:
    """Whether the error goes with the value, as the error of another formula does (another factor
    in each row, say) and that of rounding does not: by the correlation along rows, or columns. True
    too where no line is long enough to tell."""
    told_by: list[float] = []
    for axis in range(expected.ndim):
        length = expected.shape[axis]
        if length < _FEWEST_IN_LINE:
            continue
        wanted, came = (
            widen(np.moveaxis(a, axis, -1).reshape(-1, length)[:_LINES, :_IN_LINE])
            for a in (expected, got)
        )
        error = came - wanted
        error = error - error.mean(-1, keepdims=True)
        wanted = wanted - wanted.mean(-1, keepdims=True)
        norms = np.sqrt((error**2).sum(-1) * (wanted**2).sum(-1))
        together = np.abs((error * wanted).sum(-1)) / norms
        told_by.append(float(np.nanmean(together)) if np.isfinite(together).any() else 1.0)
    return not told_by or max(told_by) > _GOES_TOGETHER


def _relative_errors(expected: Array, got: Array) -> tuple[Array, Array, Array] | None:
    """Expected values, values, and the relative errors, of a sample without zeros and what is not
    finite; None where the dtypes are not wide floating ones, or too little is left."""
    if expected.shape != got.shape or expected.dtype not in _WIDE or got.dtype not in _WIDE:
        return None
    wanted, came = sampled(expected), sampled(got)
    counted = np.isfinite(wanted) & np.isfinite(came) & (wanted != 0)
    if np.count_nonzero(counted) < max(_FEWEST, counted.size // 2):
        return None
    wanted, came = wanted[counted], came[counted]
    return wanted, came, np.abs(came - wanted) / np.abs(wanted)
