"""Random values from raw bits, the same on every machine and with every NumPy.

Three things are relied on and nothing else: SHA-256, the raw stream of the counter-based
generator Philox4x64-10 (NumPy keeps the streams of its bit generators, though not those of
``Generator``'s methods), and IEEE 754 operations that are correctly rounded everywhere (sums,
products by powers of two, conversions). No logarithm or cosine: the last bits of those belong to
the machine's libm.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt

from judge.spec import ArrayInput, DType, Regime
from judge.spec_check import dtype_limits, is_inexact

Words = npt.NDArray[np.uint64]
Doubles = npt.NDArray[np.float64]

_WORD = 1 << 64
_DEFAULT_INTEGERS = (-9, 9)


class Stream:
    """An endless stream of random words, named by what it is for. Streams of different names are
    independent, so what one case draws does not depend on which others are drawn."""

    def __init__(self, *name: str | int) -> None:
        hashed = hashlib.sha256("\x1f".join(map(str, name)).encode()).digest()
        key = [int.from_bytes(hashed[:8], "little"), int.from_bytes(hashed[8:16], "little")]
        self._philox = np.random.Philox(key=np.array(key, dtype=np.uint64))

    def words(self, count: int) -> Words:
        """The next ``count`` 64-bit words."""
        return np.asarray(self._philox.random_raw(count), dtype=np.uint64)

    def below(self, bound: int, count: int) -> Words:
        """``count`` unbiased whole numbers in [0, bound), bound at most 2**64.

        Words at or above the largest multiple of the bound are rejected and drawn anew.
        """
        words = self.words(count)
        limit = _WORD - _WORD % bound
        if limit < _WORD:
            while (rejected := np.flatnonzero(words >= np.uint64(limit))).size:
                words[rejected] = self.words(rejected.size)
        return words % np.uint64(bound) if bound < _WORD else words

    def integer(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + int(self.below(high - low + 1, 1)[0])

    def integers(self, low: int, high: int, count: int) -> npt.NDArray[np.int64]:
        """``count`` whole numbers in [low, high] within int64."""
        # Two's complement: adding modulo 2**64 is right whatever the sign of low.
        return (self.below(high - low + 1, count) + np.uint64(low % _WORD)).view(np.int64)

    def units(self, count: int) -> Doubles:
        """``count`` multiples of 2**-53 in [0, 1)."""
        return (self.words(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, count: int) -> Doubles:
        """``count`` values close to the standard normal distribution, within ±6.

        The sum of twelve 16-bit uniforms, centred, over its standard deviation (2**16 to within
        one in 10**9), with a 32-bit fraction below the grid. Every step is exact in float64. The
        tails are a little lighter than the normal's, which no exercise can notice.
        """
        words = self.words(4 * count).reshape(count, 4)
        sums = np.zeros(count, dtype=np.uint64)
        for shift in (0, 16, 32, 48):
            lanes = (words[:, :3] >> np.uint64(shift)) & np.uint64(0xFFFF)
            sums += lanes.sum(axis=1, dtype=np.uint64)
        fractions = (words[:, 3] >> np.uint64(32)).astype(np.float64) * 2.0**-32
        return (sums.astype(np.float64) - 393210.5 + fractions) * 2.0**-16

    def magnitudes(self, low: int, high: int, count: int) -> Doubles:
        """``count`` values of either sign, 2**e·[1, 2) with e uniform in [low, high]."""
        exponents = self.integers(low, high, count)
        signs = 1.0 - 2.0 * (self.words(count) >> np.uint64(63)).astype(np.float64)
        return np.ldexp(signs * (1.0 + self.units(count)), exponents)

    def shuffled(self, count: int) -> list[int]:
        """0 … count-1 in a random order (Fisher and Yates)."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order


def draw_array(
    stream: Stream, declared: ArrayInput, shape: tuple[int, ...], regime: Regime
) -> np.ndarray[Any, Any]:
    """An array of the declared dtype and the given shape: C-contiguous, not writeable.

    normal: see Stream.normals. uniform: in the range, else [-1, 1). large, tiny: either sign,
    powers of two spread evenly, up to about 2**14 and from 2**-40 where the dtype has room, so
    that squares stay finite and normal. integers: in the range, else [-9, 9] ([0, 9] unsigned).
    offset: normal about one number of either sign that has three eighths of the dtype's digits (512
    to 1024 in float32): sums keep the rest, but the square of the number takes nearly all.
    nan, inf: normal with about one element in eight replaced, at least one where there is one.
    """
    count = int(np.prod(shape, dtype=np.int64))
    if declared.dtype in (DType.COMPLEX64, DType.COMPLEX128):
        parts = _values(stream, declared, regime, 2 * count).reshape(count, 2)
        values: np.ndarray[Any, Any] = parts.view(np.complex128).reshape(count)
    else:
        values = _values(stream, declared, regime, count)
    # Not contiguous for a complex of one element, say, unless asked for.
    array = np.ascontiguousarray(values.astype(numpy_dtype(declared.dtype))).reshape(shape)
    array.flags.writeable = False
    return array


def numpy_dtype(dtype: DType) -> np.dtype[Any]:
    """The NumPy dtype, extension dtypes by ml_dtypes."""
    return np.dtype(getattr(ml_dtypes, dtype.value, dtype.value))


def _values(
    stream: Stream, declared: ArrayInput, regime: Regime, count: int
) -> np.ndarray[Any, Any]:
    """``count`` values: float64, or the integers themselves for integer dtypes and bool."""
    part = declared.dtype
    match regime:
        case Regime.ZEROS:
            return np.zeros(count)
        case Regime.INTEGERS:
            integers = stream.integers(*_integer_bounds(declared), count)
            if is_inexact(part):
                return integers.astype(np.float64)
            return integers.view(np.uint64) if part is DType.UINT64 else integers
        case Regime.UNIFORM:
            low, high = map(float, declared.range or (-1.0, 1.0))
            # The rounded sum may step over the bound by an ulp.
            return np.clip(low + (high - low) * stream.units(count), low, high)
        case Regime.LARGE:
            top = min(13, (_exponents(part)[1] - 2) // 2)
            return stream.magnitudes(max(top - 6, 1), top, count)
        case Regime.TINY:
            bottom = max(-40, _exponents(part)[0])
            return stream.magnitudes(bottom, bottom // 2, count)
        case Regime.OFFSET:
            exponent = 3 * _digits(part) // 8
            return stream.magnitudes(exponent, exponent, 1) + stream.normals(count)
        case Regime.NORMAL:
            return stream.normals(count)
        case Regime.NAN | Regime.INF:
            values = stream.normals(count)
            chosen = stream.below(8, count) == 0
            if count:
                chosen[stream.integer(0, count - 1)] = True
            if regime is Regime.NAN:
                values[chosen] = np.nan
            else:
                values[chosen] = np.copysign(np.inf, values[chosen])
            return values


def _integer_bounds(declared: ArrayInput) -> tuple[int, int]:
    if declared.dtype is DType.BOOL:
        return 0, 1
    if declared.range is not None:
        return int(declared.range[0]), int(declared.range[1])
    return (0, 9) if declared.dtype.startswith("uint") else _DEFAULT_INTEGERS


def _digits(dtype: DType) -> int:
    """How many binary digits a floating dtype holds, the hidden one included."""
    part = {DType.COMPLEX64: "float32", DType.COMPLEX128: "float64"}.get(dtype, dtype.value)
    return int(ml_dtypes.finfo(part).nmant) + 1  # type: ignore[no-untyped-call]


def _exponents(dtype: DType) -> tuple[int, int]:
    """Exponents of the smallest normal and of the largest finite value of a floating dtype."""
    part = {DType.COMPLEX64: "float32", DType.COMPLEX128: "float64"}.get(dtype, dtype.value)
    smallest = float(ml_dtypes.finfo(part).smallest_normal)  # type: ignore[no-untyped-call]
    return math.frexp(smallest)[1] - 1, math.frexp(dtype_limits(dtype)[1])[1] - 1
