"""The distance of floating-point numbers in units in the last place."""

from __future__ import annotations

import ml_dtypes
import numpy as np

from judge.numbers import Array


def ulp_distance(left: Array, right: Array) -> Array:
    """How many representable numbers lie between two arrays of one real floating dtype and one
    shape, the second end included: 0 for equal ones, 0 for -0.0 and 0.0. Unsigned integers of the
    dtype's width. Says nothing sensible of NaN.

    Such formats order their bits as sign and magnitude, so on the integer line of magnitudes the
    distance is |a - b| where the signs agree and a + b where they do not (B. Dawson, "Comparing
    floating point numbers", 2012). Neither leaves the width: a magnitude has one bit less.
    """
    unsigned = np.dtype(f"u{left.dtype.itemsize}")
    left_bits, right_bits = left.view(unsigned), right.view(unsigned)
    info = ml_dtypes.finfo(left.dtype)  # type: ignore[no-untyped-call]
    if float(info.min) > 0:  # a format without a sign, such as float8_e8m0fnu
        return _apart(left_bits, right_bits)
    sign = unsigned.type(1 << (info.bits - 1))
    magnitude = unsigned.type(sign - 1)
    a, b = left_bits & magnitude, right_bits & magnitude
    opposite = ((left_bits ^ right_bits) & sign) != 0
    distance: Array = np.where(opposite, a + b, _apart(a, b))
    return distance


def _apart(left: Array, right: Array) -> Array:
    """The difference of unsigned integers, which must not wrap around."""
    difference: Array = np.maximum(left, right) - np.minimum(left, right)
    return difference
