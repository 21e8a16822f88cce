"""Patterns of softmax and of what is normalised: over the wrong axis, not at all, twice."""

from __future__ import annotations

import numpy as np

from judge.numbers import Array, Kind, kind_of, widen
from judge.patterns.evidence import close, distinct, holds, sampled, tolerance
from judge.patterns.finding import observed, slices, told
from judge.report import Finding

_SUM_TOLERANCE = 1e-3
_PROBED = 16


def wrong_axis(expected: Array, got: Array) -> Finding | None:
    """Shares that sum to one along another axis than the expected ones, or all together."""
    if expected.shape != got.shape or expected.ndim < 2 or got.size < 3:
        return None
    # Equal values sum to 1 along some axis wherever their number is a size.
    if distinct(sampled(got), tolerance(got, got)) < 2:
        return None
    right = [axis for axis in range(expected.ndim) if _sums_to_one(expected, axis)]
    if not right or any(_sums_to_one(got, axis) for axis in right):
        return None
    wanted = right[-1]
    one, _ = slices(expected.ndim, _across(expected.ndim, wanted))
    for axis in range(got.ndim):
        if axis != wanted and _sums_to_one(got, axis):
            other, _ = slices(got.ndim, _across(got.ndim, axis))
            text = (
                f"In your result each {other} sums to 1; expected is that each {one} does: the "
                f"softmax ran over axis {axis} where axis {wanted} was meant."
            )
            return observed("wrong_axis", text, got_axis=axis, expected_axis=wanted)
    if _shares(sampled(got)) and abs(float(widen(got).sum()) - 1) <= _SUM_TOLERANCE:
        text = (
            f"All values of your result together sum to 1; expected is that each {one} does: the "
            f"sum ran over everything where axis {wanted} was meant."
        )
        return observed("wrong_axis", text, got_axis=None, expected_axis=wanted)
    return None


def softmax_missing(expected: Array, got: Array) -> Finding | None:
    """The expected result is the softmax of this one, along some axis."""
    if expected.shape != got.shape:
        return None
    for axis in range(expected.ndim):
        if _sums_to_one(expected, axis) and _is_softmax(expected, got, got, axis):
            text = (
                f"The expected result is the softmax of yours over axis {axis}: that step is "
                "missing."
            )
            return observed("softmax_missing", text, axis=axis)
    return None


def softmax_twice(expected: Array, got: Array) -> Finding | None:
    """This result is the softmax of the expected one, which is a softmax already."""
    if expected.shape != got.shape:
        return None
    for axis in range(expected.ndim):
        both = _sums_to_one(expected, axis) and _sums_to_one(got, axis)
        if both and _is_softmax(got, expected, expected, axis):
            text = (
                f"Your result is the softmax of the expected one over axis {axis}: softmax is "
                "applied twice."
            )
            return observed("softmax_twice", text, axis=axis)
    return None


def scaled_slices(expected: Array, got: Array) -> Finding | None:
    """Each row is the expected one times a number of its own; or each column."""
    if expected.shape != got.shape or expected.ndim != 2 or min(expected.shape) < 2:
        return None
    if kind_of(got.dtype) is not Kind.FLOAT:
        return None
    for axis in (1, 0):
        factors = _factors(expected, got, axis)
        if factors is None:
            continue
        one, many = slices(2, 1 - axis)
        text = (
            f"Each {one} of your result is the expected one times a number of its own, from "
            f"{told(factors.min().item())} to {told(factors.max().item())}: what scales the "
            f"{many} (a sum, a norm, a standard deviation) is missing or another."
        )
        return observed(
            "scaled_slices",
            text,
            axis=1 - axis,
            lowest=float(factors.min()),
            highest=float(factors.max()),
        )
    return None


def _across(ndim: int, axis: int) -> int:
    """The axis whose slices are what is summed: a row is summed along axis 1."""
    return 1 - axis if ndim == 2 else axis


def _sums_to_one(values: Array, axis: int) -> bool:
    """Whether every slice along the axis holds shares of one; first as a few of them tell."""
    if kind_of(values.dtype) is not Kind.FLOAT or values.shape[axis] == 0 or not values.size:
        return False
    if not _shares(sampled(values)):
        return False
    lines = np.moveaxis(values, axis, -1)
    probe = lines.reshape(-1, lines.shape[-1]) if values.size < 4096 else _few(lines)
    wide = widen(probe)
    if not _shares(wide) or not _near_one(wide.sum(-1)):
        return False
    # float64 for the sums alone: widening everything would cost more than it tells.
    narrow = values if values.dtype.itemsize >= 4 else widen(values)
    return _near_one(narrow.sum(axis, dtype=np.float64)) and bool((values >= 0).all())


def _few(lines: Array) -> Array:
    """Some of the lines along the last axis, from all over the array."""
    if lines.ndim == 1:
        return lines
    count = lines.size // lines.shape[-1]
    chosen = np.unravel_index(np.linspace(0, count - 1, _PROBED).astype(int), lines.shape[:-1])
    return lines[chosen]


def _shares(values: Array) -> bool:
    return bool(((values >= 0) & (values <= 1 + _SUM_TOLERANCE)).all())


def _near_one(sums: Array) -> bool:
    return bool((np.abs(sums - 1) <= _SUM_TOLERANCE).all())


def _is_softmax(result: Array, given: Array, logits: Array, axis: int) -> bool:
    """Whether ``result`` is the softmax of ``logits`` over the axis; ``given`` is what it would
    have been taken for."""
    if kind_of(logits.dtype) is not Kind.FLOAT or not np.isfinite(sampled(logits)).all():
        return False
    few = logits.size < 4096
    lines, wanted = np.moveaxis(logits, axis, -1), np.moveaxis(result, axis, -1)
    if not few:
        probe = _softmax(widen(_few(lines)))
        if not close(probe, widen(_few(wanted)), tolerance(result, given)).all():
            return False
    return holds(given, result, np.moveaxis(_softmax(widen(lines)), -1, axis))


def _softmax(wide: Array) -> Array:
    powers = np.exp(wide - wide.max(-1, keepdims=True))
    result: Array = powers / powers.sum(-1, keepdims=True)
    return result


def _factors(expected: Array, got: Array, axis: int) -> Array | None:
    """One factor for each slice along the axis, where these turn the expected result into this."""
    wanted, came = (widen(_few(np.moveaxis(a, axis, -1))) for a in (expected, got))
    # Lines that are multiples of each other have vanishing 2 x 2 determinants with their largest.
    at = np.abs(wanted).argmax(-1, keepdims=True)
    crossed = wanted * np.take_along_axis(came, at, -1), came * np.take_along_axis(wanted, at, -1)
    size = float(np.max(np.abs(crossed[0]), initial=0.0))
    if not close(*crossed, (tolerance(expected, got)[0], 1e-4 * size)).all():
        return None
    pivot = np.expand_dims(np.abs(expected).argmax(axis), axis)
    with_largest = np.take_along_axis(expected, pivot, axis)
    factors = widen(np.take_along_axis(got, pivot, axis)) / widen(with_largest)
    if not np.isfinite(factors).all() or (factors == 0).any():
        return None
    if close(factors, factors.reshape(-1)[0], tolerance(expected, got)).all():
        return None
    chosen = np.broadcast_to(factors, expected.shape)
    if not holds(expected, got, expected * chosen.astype(expected.dtype), fitted=factors.size):
        return None
    return factors.reshape(-1)
