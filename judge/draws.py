"""Whether parameters that a trace shows could be what the reference's initialisers draw.

For each parameter of the reference: constants must be the same constants; what varies must vary in
the same way. The bounds are loose, since a right program must pass: six standard errors, which a
draw of the same initialiser exceeds less than once in 10^6 parameters.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np

from judge.answer import Layer
from judge.layers import Pattern, close, epsilon, pattern, wide
from judge.report import Finding

_ERRORS = 6.0
# Of fewer values, mean and standard deviation say too little: the estimates themselves scatter.
_ENOUGH = 16
_RANK_SIDE = 128
# Of smaller matrices, half of the rank is lost by chance now and then in dtypes of few bits.
_FULL_RANK = 4
_CONSTANT_TOLERANCE = 1e-6


class Draws:
    """The draws of one attempt: each is looked at by itself and beside all earlier ones."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[bytes, int, str]] = {}

    def refusal(self, case: int, pairs: Sequence[tuple[Layer, Layer]]) -> Finding | None:
        """Why the second layers of ``pairs`` do not hold what the initialisers of the first could
        have drawn for that case; None where they may. Names, shapes and dtypes agree."""
        for number, (wanted, drawn) in enumerate(pairs, start=1):
            for name, value in sorted(drawn.params.items()):
                where = f"Layer {number} ({drawn.path or drawn.cls}): its initial {name}"
                why = unlike(wanted.params[name], value)
                if why is None and pattern(value) is Pattern.VARIED:
                    why = self._copied(case, where, wanted.params[name], value)
                if why is not None:
                    return Finding(
                        kind="transplant_refused",
                        message=f"{where} {why}.",
                        evidence={"layer": number, "parameter": name},
                    )
        return None

    def _copied(self, case: int, where: str, wanted: np.ndarray, value: np.ndarray) -> str | None:
        """Equal draws where the reference's are not: one parameter used twice, or a seed that is
        not used."""
        expected, got = _digest(wanted), _digest(value)
        before = self._seen.setdefault(got, (expected, case, where))
        if before[0] == expected or _is_constant(wanted):
            return None
        if before[1] != case:
            return f"is the same as in case {before[1]}, although the seed is not"
        return f"is the same as that of another layer ({before[2]})"


def unlike(wanted: np.ndarray, value: np.ndarray) -> str | None:
    """What tells ``value`` from another draw of the initialiser that drew ``wanted``, as the end of
    a sentence; None where nothing does. Both have the same shape and dtype."""
    if pattern(wanted) is not pattern(value):
        return f"is {_in_words(value)}; the task's initialiser gives {_in_words(wanted)}"
    if pattern(wanted) is not Pattern.VARIED:
        return None
    one, other = wide(wanted), wide(value)
    if not np.isfinite(other).all():
        return "is not finite"
    if _is_constant(wanted):
        return None if close(wanted, value, _CONSTANT_TOLERANCE) else "is not the task's constant"
    if 2 * np.unique(other).size < np.unique(one).size:
        return "repeats its values, which no draw does"
    tolerance = 8 * epsilon(value)
    if _FULL_RANK <= _rank(one, tolerance) >= 2 * _rank(other, tolerance):
        return "has rows or columns that are multiples of each other, which no draw has"
    return _moments_differ(one, other)


def _moments_differ(one: np.ndarray, other: np.ndarray) -> str | None:
    """Two draws of n values have means that differ by σ·√(2/n) and logarithms of their standard
    deviations that differ by at most 1/√n, one standard error each, where the kurtosis is at most
    the normal distribution's, as it is for all of Flax's initialisers."""
    if one.size < _ENOUGH:
        return None
    spread, got = float(one.std()), float(other.std())
    if got == 0 or abs(math.log(got / spread)) > _ERRORS / math.sqrt(one.size):
        return (
            f"has a standard deviation of {got:.3g}, where the task's initialiser gives about "
            f"{spread:.3g}"
        )
    if abs(other.mean() - one.mean()) > _ERRORS * spread * math.sqrt(2 / one.size):
        return (
            f"has a mean of {other.mean():.3g}, where the task's initialiser gives about "
            f"{one.mean():.3g}"
        )
    return None


def _rank(array: np.ndarray, tolerance: float) -> int:
    """How many singular values the array has as a matrix that are not ``tolerance`` times smaller
    than the largest; of its first rows and columns where it is large. 1 of what is no matrix."""
    if array.ndim < 2:
        return 1
    matrix = array.reshape(-1, array.shape[-1])[:_RANK_SIDE, :_RANK_SIDE]
    return int(np.linalg.matrix_rank(matrix, rtol=tolerance))


def _is_constant(array: np.ndarray) -> bool:
    return array.size > 1 and bool((array == array.reshape(-1)[0]).all())


def _digest(array: np.ndarray) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).digest()


def _in_words(value: np.ndarray) -> str:
    words = {Pattern.ZEROS: "all zeros", Pattern.ONES: "all ones", Pattern.VARIED: "other values"}
    return words[pattern(value)]
