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

# A few roundings, relative.
_ROUNDING = {1: 0.25, 2: 1e-2, 4: 1e-6, 8: 1e-15}


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
    # exp(0) is 1, and so is cos(0): of one value much is true by chance, however often it occurs.
    if distinct(came[speaks], limits) < 2 or bits(came[speaks], limits, fitted) < ENOUGH_BITS:
        return False
    return got.size <= _SAMPLE or _everywhere(got, source, transform, limits)


def nearer(expected: Array, supposed: Array, got: Array) -> float:
    """How much better ``supposed`` explains ``got`` than ``expected`` does, in bits: for each value
    the digits that it agrees in beyond those in which the expected one agrees, negative where it
    agrees in fewer. Values that occur often count once. 0 for arrays that cannot be compared."""
    if supposed.shape != got.shape or not got.size:
        return 0.0
    if expected.shape != got.shape:
        return ENOUGH_BITS if holds(expected, got, supposed) else 0.0
    wanted, other, came = sampled(expected), sampled(supposed), sampled(got)
    finite = np.isfinite(wanted) & np.isfinite(other) & np.isfinite(came)
    wanted, other, came = wanted[finite], other[finite], came[finite]
    # What one value says, all equal ones say.
    _, first = np.unique(came, return_index=True)
    wanted, other, came = wanted[first], other[first], came[first]
    rounding = _ROUNDING[_width(got)] * np.maximum(np.abs(came), largest(got) * _OF_THE_LARGEST)
    before, after = np.abs(came - wanted) + rounding, np.abs(came - other) + rounding
    with np.errstate(all="ignore"):
        gained = np.nan_to_num(np.log2(before) - np.log2(after))
    return float(np.clip(gained, -_BITS_OF_A_FRACTION, _BITS_OF_A_FRACTION).sum())


def bits(values: Array, limits: tuple[float, float], fitted: int = 0) -> float:
    """How surprising it is that these (widened) values agree with others within the limits, in
    bits; ``fitted`` of them had to. Every fraction that occurs surprises by its digits; a value
    among few (whole numbers, a mask) only by the choice among those few."""
    values = values[np.isfinite(values)]
    different = distinct(values, limits)
    if different < 1 + fitted:
        return 0.0
    choices = (values.size - fitted) * math.log2(max(different, 2))
    if np.array_equal(values, np.trunc(values.real)):
        return choices
    digits = min(_BITS_OF_A_FRACTION, -math.log2(limits[0])) if limits[0] else _BITS_OF_A_FRACTION
    return max((different - fitted) * digits, choices if different > 1 else 0.0)


def distinct(values: Array, limits: tuple[float, float]) -> int:
    """How many different values there are, up to the (relative, absolute) limits."""
    if values.dtype.kind == "c":
        return max(distinct(values.real, limits), distinct(values.imag, limits))
    values = values[np.isfinite(values)]
    relative, absolute = limits
    if not relative:
        return int(np.unique(values).size)
    sizes = np.abs(values)
    small = sizes <= max(absolute, np.finfo(np.float64).tiny)
    steps = np.log(np.where(small, 1.0, sizes)) / math.log1p(relative)
    signs = np.where(small, 0.0, np.sign(values))
    # Values that are alike can lie to both sides of a boundary, but not of one half a step away.
    return min(
        len(np.unique(np.stack((signs, np.floor(steps * np.abs(signs) + half))), axis=1).T)
        for half in (0.0, 0.5)
    )


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
    relative = _RELATIVE[min(_width(expected), _width(got))]
    return relative, relative * _OF_THE_LARGEST * largest(got)


def _width(values: Array) -> int:
    """Bytes of a number, of a part of a complex one."""
    return int(values.dtype.itemsize) // (2 if values.dtype.kind == "c" else 1)


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
