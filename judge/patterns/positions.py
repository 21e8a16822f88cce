"""Patterns in the positions: the values are the expected ones, but they stand elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

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


def rolled(expected: Array, got: Array) -> Finding | None:
    """The expected result moved along one axis, with what fell off at one end in again at the
    other."""
    for axis, places in _places(expected, got):
        if holds(expected, got, np.roll(expected, places, axis)):
            size = expected.shape[axis]
            ways = places, places - size if places > 0 else places + size
            count = min(ways, key=abs)
            text = (
                f"Your result is the expected one rolled by {_told(expected.ndim, axis, count)}: "
                "what fell off at one end came in at the other."
            )
            return observed("rolled", text, axis=axis, places=count)
    return None


def shifted(expected: Array, got: Array) -> Finding | None:
    """The expected result moved along one axis, with something else where nothing came in."""
    for axis, places in _places(expected, got):
        wanted, came = np.moveaxis(expected, axis, 0), np.moveaxis(got, axis, 0)
        # What is left to compare must be most of it.
        if 2 * abs(places) >= len(wanted):
            continue
        at = slice(places, None) if places > 0 else slice(None, places)
        kept = wanted[:-places] if places > 0 else wanted[-places:]
        if holds(wanted[at], came[at], kept):
            text = (
                f"Your result is the expected one shifted by {_told(expected.ndim, axis, places)}: "
                f"an index is off by {abs(places)}."
            )
            return observed("shifted", text, axis=axis, places=places)
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


def _places(expected: Array, got: Array) -> Iterator[tuple[int, int]]:
    """Axes, and by how many places the middle slice may have been moved along each: where the
    expected result begins with the same value. Few, the smallest first."""
    if expected.shape != got.shape or not expected.size:
        return
    first = (0,) * (expected.ndim - 1)
    limits = tolerance(expected, got)
    for axis in range(expected.ndim):
        wanted = widen(np.moveaxis(expected, axis, -1)[first])
        came = widen(np.moveaxis(got, axis, -1)[first])
        middle = wanted.size // 2
        same = np.flatnonzero(close(wanted, came[middle], limits))
        moves = sorted((middle - same[same != middle]).tolist(), key=abs)
        yield from ((axis, places) for places in moves[:_CANDIDATES])


def _told(ndim: int, axis: int, places: int) -> str:
    """By how much, and which way."""
    one, many = slices(ndim, axis)
    count = abs(places)
    end = "end" if places > 0 else "start"
    return f"{count} {one if count == 1 else many} towards the {end}"


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
