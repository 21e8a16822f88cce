"""Patterns in the positions: the values are the expected ones, but they stand elsewhere."""

from __future__ import annotations

import math

import numpy as np

from judge.numbers import Array, Kind, kind_of, widen
from judge.patterns.evidence import ENOUGH_BITS, bits, close, holds, tolerance
from judge.patterns.finding import observed, slices
from judge.report import Finding

_CANDIDATES = 8
_MOST_ROWS = 1 << 16
_BLOCK = 1 << 16


def transposed(expected: Array, got: Array) -> Finding | None:
    """The transpose of the expected matrix, or two neighbouring axes swapped."""
    for axis in range(expected.ndim - 1):
        if holds(expected, got, np.swapaxes(expected, axis, axis + 1)):
            text = (
                "Your result is the transpose of the expected one: rows and columns changed places."
                if expected.ndim == 2
                else f"Your result is the expected one with the axes {axis} and {axis + 1} swapped."
            )
            return observed("transposed", text, axes=[axis, axis + 1])
    return None


def reshaped(expected: Array, got: Array) -> Finding | None:
    """The expected values in the expected order, in another shape."""
    if expected.shape == got.shape or expected.size != got.size:
        return None
    if not holds(expected, got, expected.reshape(got.shape)):
        return None
    text = (
        f"All values are right and in the right order; only the shape is {got.shape} where "
        f"{expected.shape} was expected."
    )
    return observed("reshaped", text, expected=list(expected.shape), got=list(got.shape))


def reversed_order(expected: Array, got: Array) -> Finding | None:
    """The expected result with the order along one axis turned round."""
    for axis in range(expected.ndim):
        if holds(expected, got, np.flip(expected, axis)):
            _, many = slices(expected.ndim, axis)
            text = f"Your result is the expected one with its {many} in reverse order."
            return observed("reversed", text, axis=axis)
    return None


def shifted(expected: Array, got: Array) -> Finding | None:
    """The expected result moved along one axis; what fell off came in again at the other end, or
    something else did."""
    if expected.shape != got.shape:
        return None
    for axis in range(expected.ndim):
        for places in _places(expected, got, axis):
            finding = _moved(expected, got, axis, places)
            if finding is not None:
                return finding
    return None


def permuted(expected: Array, got: Array) -> Finding | None:
    """The rows of the expected result in another order; or its columns."""
    if expected.shape != got.shape or kind_of(got.dtype) is Kind.COMPLEX:
        return None
    for axis in range(min(expected.ndim, 2)):
        count = expected.shape[axis]
        if not 2 <= count <= _MOST_ROWS:
            continue
        moved = _permuted_rows(*(np.moveaxis(a, axis, 0) for a in (expected, got)))
        if moved:
            _, many = slices(expected.ndim, axis)
            text = (
                f"Your result holds the expected {many}, but in another order: {moved} of {count} "
                "stand elsewhere."
            )
            return observed("permuted", text, axis=axis, moved=moved, rows=count)
    return None


def _places(expected: Array, got: Array, axis: int) -> list[int]:
    """By how many places the middle slice may have been moved: where the expected result begins
    with the same value. Few, the smallest first."""
    size = expected.shape[axis]
    if size < 2 or not expected.size:
        return []
    first = (0,) * (expected.ndim - 1)
    wanted = widen(np.moveaxis(expected, axis, -1)[first])
    came = widen(np.moveaxis(got, axis, -1)[first])
    middle = size // 2
    same = np.flatnonzero(close(wanted, came[middle], tolerance(expected, got)))
    return sorted((middle - same[same != middle]).tolist(), key=abs)[:_CANDIDATES]


def _moved(expected: Array, got: Array, axis: int, places: int) -> Finding | None:
    size = expected.shape[axis]
    back = places if places > 0 else places + size
    one, many = slices(expected.ndim, axis)
    if holds(expected, got, np.roll(expected, places, axis)):
        count = min(back, size - back)
        direction = "towards the end" if count == back else "towards the start"
        text = (
            f"Your result is the expected one rolled by {count} {one if count == 1 else many} "
            f"{direction}: what fell off at one end came in at the other."
        )
        signed = count if count == back else -count
        return observed("rolled", text, axis=axis, places=signed)
    wanted, came = np.moveaxis(expected, axis, 0), np.moveaxis(got, axis, 0)
    count = abs(places)
    # What is left to compare must be most of it.
    if 2 * count >= size:
        return None
    kept, at = (
        (wanted[:-count], slice(count, None))
        if places > 0
        else (
            wanted[count:],
            slice(None, -count),
        )
    )
    if not holds(wanted[at], came[at], kept):
        return None
    direction = "towards the end" if places > 0 else "towards the start"
    text = (
        f"Your result is the expected one shifted by {count} {one if count == 1 else many} "
        f"{direction}: an index is off by {count}."
    )
    return observed("shifted", text, axis=axis, places=places)


def _permuted_rows(expected: Array, got: Array) -> int:
    """How many slices of the first axis stand elsewhere, 0 where this is no permutation. They are
    told apart by their product with one fixed random vector, so that sorting them is sorting
    numbers."""
    width = expected[0].size
    if not width:
        return 0
    weights = np.random.Generator(np.random.Philox(width)).uniform(1, 2, width)
    wanted, came = _projected(expected, weights), _projected(got, weights)
    relative, absolute = tolerance(expected, got)
    limits = relative, absolute * width
    if not (np.isfinite(wanted).all() and np.isfinite(came).all()):
        return 0
    if not close(np.sort(wanted), np.sort(came), limits).all():
        return 0
    if not _same_rows(expected[np.argsort(wanted)], got[np.argsort(came)]):
        return 0
    elsewhere = ~close(wanted, came, limits)
    chosen_among = math.lgamma(wanted.size + 1) / math.log(2)
    if bits(widen(expected[elsewhere]).reshape(-1), limits) - chosen_among < ENOUGH_BITS:
        return 0
    return int(np.count_nonzero(elsewhere))


def _same_rows(expected: Array, got: Array) -> bool:
    limits = tolerance(expected, got)
    step = max(_BLOCK // expected[0].size, 1)
    return all(
        close(widen(expected[at : at + step]), widen(got[at : at + step]), limits).all()
        for at in range(0, len(expected), step)
    )


def _projected(values: Array, weights: Array) -> Array:
    """Each slice times the weights, as float64. float32 is multiplied as it is: its rounding is
    within the tolerance, and widening a large array would cost more than all the rest."""
    flat = values.reshape(len(values), -1)
    flat = flat if flat.dtype in (np.float32, np.float64) else widen(flat)
    result: Array = (flat @ weights.astype(flat.dtype)).astype(np.float64)
    return result
