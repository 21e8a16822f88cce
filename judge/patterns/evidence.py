"""When a relation between two arrays is believed: it holds everywhere, and not by chance.

Large arrays are looked at in a sample first, and whole only where the sample agrees, so that a
relation that does not hold costs next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from judge.numbers import Array, widen

# Agreement that random values would show once in 2**24 times or less is no chance.
ENOUGH_BITS = 24.0
_BITS_OF_A_FRACTION = 13.0

_FEWEST_CHANGED = 3

_SAMPLE = 4096
_BLOCK = 1 << 16

# A few hundred roundings, relative, by the width of the dtype; and next to nothing by the largest
# value, for what is left of cancellation.
_RELATIVE = {1: 0.25, 2: 3e-2, 4: 1e-4, 8: 1e-8}
_OF_THE_LARGEST = 1e-2


def identity(values: Array) -> Array:
    """The values themselves."""
    return values


def holds(
    expected: Array,
    got: Array,
    source: Array | None = None,
    transform: Callable[[Array], Array] = identity,
    *,
    fitted: int = 0,
    unchanged: bool = False,
) -> bool:
    """Whether ``got`` is ``transform(source)`` everywhere, and says more than chance would where
    that differs from ``expected``.

    ``source`` (default ``expected``) has the shape of ``got``; where ``expected`` has another,
    everything speaks for the relation. ``transform`` works elementwise on widened values.
    ``fitted``: how many numbers in it were taken from the data. ``unchanged``: it may leave values
    as they are (as relu does), which then speak for it too where it changes some. False for a
    source of another shape and for fewer than two elements. Rounding is allowed for by dtype; NaN
    equals NaN.
    """
    source = expected if source is None else source
    if source.shape != got.shape or got.size < 2:
        return False
    chosen = np.unravel_index(sample(got.size), got.shape)
    candidate, came = transform(widen(source[chosen])), widen(got[chosen])
    limits = tolerance(expected, got)
    if not close(candidate, came, limits).all():
        return False
    speaks = telling(candidate, came, limits)
    if expected.shape == got.shape:
        changed = speaks & ~close(candidate, widen(expected[chosen]), limits)
        if not unchanged or np.count_nonzero(changed) < _FEWEST_CHANGED:
            speaks = changed
    if bits(candidate[speaks], limits, fitted) < ENOUGH_BITS:
        return False
    return got.size <= _SAMPLE or _everywhere(got, source, transform, limits)


def bits(values: Array, limits: tuple[float, float], fitted: int = 0) -> float:
    """How surprising it is that these (widened) values agree with others within the limits, in
    bits; ``fitted`` of them had to. Every fraction that occurs surprises by its digits; a value
    among few (whole numbers, a mask) only by the choice among those few."""
    values = values[np.isfinite(values)]
    distinct = np.unique(values).size
    if distinct < 1 + fitted:
        return 0.0
    choices = (values.size - fitted) * math.log2(max(distinct, 2))
    if np.array_equal(values, np.trunc(values.real)):
        return choices
    digits = min(_BITS_OF_A_FRACTION, -math.log2(limits[0])) if limits[0] else _BITS_OF_A_FRACTION
    return max((distinct - fitted) * digits, choices if distinct > 1 else 0.0)


def telling(one: Array, other: Array, limits: tuple[float, float]) -> Array:
    """Where agreement of two widened arrays tells anything: where they are equal, or too large for
    the absolute limit to decide."""
    relative, absolute = limits
    result: Array = (one == other) | (np.abs(one) * relative > absolute)
    return result


def close(one: Array, other: Array, limits: tuple[float, float]) -> Array:
    """Where two widened arrays agree within (relative, absolute) limits; NaN equals NaN."""
    relative, absolute = limits
    size = np.maximum(np.abs(one), np.abs(other))
    near = np.abs(one - other) <= absolute + relative * size
    same: Array = (near & np.isfinite(size)) | (one == other) | ((one != one) & (other != other))
    return same


def tolerance(expected: Array, got: Array) -> tuple[float, float]:
    """The (relative, absolute) limits within which a value counts as the same as one of ``got``."""
    if expected.dtype.kind in "iu" and got.dtype.kind in "iu":
        return 0.0, 0.0
    widths = [a.dtype.itemsize // (2 if a.dtype.kind == "c" else 1) for a in (expected, got)]
    relative = _RELATIVE[min(widths)]
    return relative, relative * _OF_THE_LARGEST * largest(got)


def largest(values: Array) -> float:
    """The largest finite magnitude in a sample, 0 where there is none."""
    taken = np.abs(sampled(values))
    return float(np.max(taken, where=np.isfinite(taken), initial=0.0))


def sampled(values: Array) -> Array:
    """The widened values of a sample, flat: all of them where they are few."""
    if values.ndim == 0:
        return widen(values.reshape(1))
    return widen(values[np.unravel_index(sample(values.size), values.shape)])


@lru_cache(maxsize=64)
def sample(size: int) -> Array:
    """Flat positions to look at first, in order: the same ones for the same size."""
    if size <= _SAMPLE:
        return np.arange(size)
    # Random, since evenly spaced ones would see one column of a matrix only. No secret.
    chosen = np.random.Generator(np.random.Philox(size)).integers(0, size, _SAMPLE)
    return np.unique(np.concatenate((chosen, [0, size - 1])))


def _everywhere(
    got: Array,
    source: Array,
    transform: Callable[[Array], Array],
    limits: tuple[float, float],
) -> bool:
    flat_got, flat_source = got.reshape(-1), source.reshape(-1)
    for start in range(0, flat_got.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        if not close(transform(widen(flat_source[part])), widen(flat_got[part]), limits).all():
            return False
    return True
