"""Patterns in where a result is wrong, and in what does not vary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from judge.numbers import Array, widen
from judge.patterns.evidence import ENOUGH_BITS, bits, close, sampled, telling, tolerance
from judge.patterns.finding import observed, slices, told
from judge.report import Diff, Finding

_BLOCK = 1 << 16


def one_leaf(diffs: Sequence[Diff]) -> Finding | None:
    """Of several leaves of an output, one alone is wrong."""
    wrong = [diff for diff in diffs if diff.mismatched]
    if len(diffs) < 2 or len(wrong) != 1:
        return None
    position = diffs.index(wrong[0]) + 1
    which = "the last" if position == len(diffs) else f"number {position}"
    text = (
        f"Only {wrong[0].path} ({which} of {len(diffs)} arrays in the output) differs; "
        "the others are right."
    )
    return observed("one_leaf", text, path=wrong[0].path, leaf=position, leaves=len(diffs))


def one_part(expected: Array, got: Array) -> Finding | None:
    """Everything is right but one row, one column or one value."""
    if expected.shape != got.shape or expected.size < 2:
        return None
    limits = tolerance(expected, got)
    taken, came = sampled(expected), sampled(got)
    right = close(taken, came, limits)
    speaks = right & telling(taken, came, limits)
    # Where more than one slice of two is wrong, so is more than half of any large sample.
    if right.mean() < 0.4 or bits(taken[speaks], limits) < ENOUGH_BITS:
        return None
    wrong = _mismatches(expected, got, limits)
    if not wrong.size:
        return None
    places = np.unravel_index(wrong, expected.shape)
    if wrong.size == 1 and expected.ndim > 1:
        at = [int(place[0]) for place in places]
        text = f"Only one value differs, the one at {at}; all others are right."
        return observed("one_part", text, index=at, mismatched=1)
    for axis, along in enumerate(places):
        index, size = int(along[0]), expected.shape[axis]
        if size >= 2 and (along == index).all():
            one, many = slices(expected.ndim, axis)
            which = {0: "first", size - 1: "last"}.get(index)
            named = f"the {which} {one}" if which else f"{one} {index}"
            others = f"the other {many}" if size > 2 else f"the other {one}"
            text = f"Only {named} differs; {others} {'are' if size > 2 else 'is'} right."
            return observed("one_part", text, axis=axis, index=index, mismatched=int(wrong.size))
    return None


def constant(expected: Array, got: Array) -> Finding | None:
    """One value everywhere where the expected ones vary."""
    if expected.shape != got.shape or expected.size < 3:
        return None
    value = got[(0,) * got.ndim]
    # Whether agreement with each other is no chance is told by how much the expected ones vary.
    if bits(sampled(expected), tolerance(expected, expected), 1) < ENOUGH_BITS:
        return None
    if _varies(got) or not _varies(expected) or not np.isfinite(widen(np.asarray(value))):
        return None
    number = widen(np.asarray(value)).item()
    low, high = sampled(expected).real.min(), sampled(expected).real.max()
    text = (
        f"Every value of your result is {told(number)}, but the expected ones vary (from "
        f"{told(float(low))} to {told(float(high))})."
    )
    return observed("constant", text, value=str(number) if isinstance(number, complex) else number)


def alike(expected: Array, got: Array) -> Finding | None:
    """All rows are the same where the expected ones differ; or all columns."""
    if expected.shape != got.shape or expected.ndim < 2 or not expected.size:
        return None
    limits = tolerance(expected, expected)
    # What was computed alike is alike to the last digits, whatever its size.
    alike_limits = limits[0], 0.0
    for axis in range(2):
        wanted, came = np.moveaxis(expected, axis, 0), np.moveaxis(got, axis, 0)
        if len(wanted) < 2 or wanted[0].size < 2 or not np.isfinite(widen(came[0])).all():
            continue
        if bits(sampled(wanted[1:]), limits) < ENOUGH_BITS or not _same_slices(came, alike_limits):
            continue
        if _same_slices(wanted, limits):
            continue
        _, many = slices(expected.ndim, axis)
        text = (
            f"All {len(wanted)} {many} of your result are the same, but the expected ones differ: "
            f"what tells the {many} apart does not get through."
        )
        return observed("alike", text, axis=axis, slices=len(wanted))
    return None


def _mismatches(expected: Array, got: Array, limits: tuple[float, float]) -> Array:
    """Flat positions of the values that differ."""
    flat_expected, flat_got = expected.reshape(-1), got.reshape(-1)
    found = [np.zeros(0, np.int64)]
    for start in range(0, flat_got.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        same = close(widen(flat_expected[part]), widen(flat_got[part]), limits)
        found.append(start + np.flatnonzero(~same))
    return np.concatenate(found)


def _varies(values: Array) -> bool:
    """Whether the values differ by more than rounding; first as a sample tells."""
    limits = tolerance(values, values)
    first = sampled(values)[0]
    if not close(sampled(values), first, limits).all():
        return True
    return bool(
        _mismatches(np.broadcast_to(values.reshape(-1)[0], values.shape), values, limits).size
    )


def _same_slices(values: Array, limits: tuple[float, float]) -> bool:
    """Whether all slices of the first axis are equal up to rounding."""
    if not close(widen(values[1]), widen(values[0]), limits).all():
        return False
    return not _mismatches(np.broadcast_to(values[0], values.shape), values, limits).size
