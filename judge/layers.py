"""What can be said of one traced layer, and of two arrays that a trace holds."""

from __future__ import annotations

from enum import StrEnum

import ml_dtypes
import numpy as np

from judge.answer import Layer

NNX = "nnx."
"""How the name of a class of Flax NNX begins in a trace; a class of linen has its bare name."""

_LINK_TOLERANCE = 1e-5
# Layers of NNX that have another name in linen.
_SAME_CLASS = {"Linear": "Dense", "LinearGeneral": "DenseGeneral"}


class Pattern(StrEnum):
    """What a parameter holds, whatever its layer is called."""

    ZEROS = "zeros"
    ONES = "ones"
    VARIED = "varied"


def pattern(value: np.ndarray) -> Pattern:
    """The pattern of a parameter of any shape and dtype."""
    if not np.any(value):
        return Pattern.ZEROS
    return Pattern.ONES if np.all(value == 1) else Pattern.VARIED


def class_of(layer: Layer) -> str:
    """The layer's class by linen's name for it, whichever of Flax's module systems it is from."""
    name = layer.cls.removeprefix(NNX)
    return _SAME_CLASS.get(name, name) if layer.cls.startswith(NNX) else name


def recomputes(layer: Layer) -> bool:
    """Whether a Dense layer's output is its input times its kernel plus its bias, within the
    rounding of its dtype: |error| <= 8 eps (k + 2) (|x| @ |kernel| + |bias|), k terms in a sum
    (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). Other classes have no
    formula here."""
    kernel, given, made = layer.params.get("kernel"), layer.input, layer.output
    if class_of(layer) != "Dense" or kernel is None:
        return True
    if given is None or made is None or given.shape[-1:] != kernel.shape[:1]:
        return False
    bias = layer.params.get("bias", np.zeros(kernel.shape[-1]))
    if bias.shape != kernel.shape[-1:]:
        return False
    x, w, b = (wide(a) for a in (given, kernel, bias))
    with np.errstate(all="ignore"):
        wanted = x @ w + b
        terms = np.abs(x) @ np.abs(w) + np.abs(b)
        if wanted.shape != made.shape:
            return False
        allowed = 8 * epsilon(made) * (kernel.shape[0] + 2) * terms + np.finfo(np.float32).tiny
        error = np.abs(wide(made) - wanted)
    overflows = ~(terms < np.finfo(np.float32).max)
    return bool(np.all((error <= allowed) | overflows))


def epsilon(made: np.ndarray) -> float:
    """Rounding unit of a product: float32 with reduced-precision multiplication on some
    backends is still better than bfloat16's 2^-8."""
    float32 = float(np.finfo(np.float32).eps)
    try:
        own = ml_dtypes.finfo(made.dtype)  # type: ignore[no-untyped-call]
    except ValueError:
        return float32
    return max(float(own.eps), float32)


def same(layer: Layer, one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two activations are the same; the rows of a mapped call came in no order."""
    if one is None or other is None:
        return False
    if layer.rows > 1 or one.ndim != other.ndim:
        width = one.shape[-1] if one.ndim else 1
        if one.size != other.size or width == 0:
            return one.size == other.size
        one, other = sorted_rows(one, width), sorted_rows(other, width)
    return close(other, one, _LINK_TOLERANCE)


def sorted_rows(array: np.ndarray, width: int) -> np.ndarray:
    """The array as rows of that width, in an order that depends on their values alone."""
    rows = wide(array).reshape(-1, width)
    return rows[np.lexsort(rows.T[::-1])]


def close(expected: np.ndarray, value: np.ndarray, tolerance: float) -> bool:
    """Equal up to rounding, relative to the largest magnitude; NaN equals NaN."""
    if expected.shape != value.shape:
        return False
    # What a right program made is mostly the same to the bit, and that is seen much sooner.
    if expected.dtype == value.dtype and expected.tobytes() == value.tobytes():
        return True
    one, other = wide(expected), wide(value)
    finite = np.abs(one[np.isfinite(one)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(other, one, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def wide(array: np.ndarray) -> np.ndarray:
    """The array in a dtype that holds all its values and the differences between them."""
    return np.asarray(array, np.complex128 if np.iscomplexobj(array) else np.float64)
