"""Patterns in the values: every value follows from the expected one by the same small formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from judge.case import Value
from judge.numbers import Array, Kind, kind_of
from judge.patterns.evidence import holds, sampled
from judge.patterns.finding import observed, plain, told
from judge.report import Finding

_FACTORS = {
    2 * math.pi: "2π",
    math.pi / 180: "π/180, as where degrees were meant for radians",
    180 / math.pi: "180/π, as where radians were meant for degrees",
    math.log(2): "ln 2, as where a natural logarithm was meant and base 2 was taken, or back",
    1 / math.log(2): "1/ln 2, as where a logarithm of base 2 was taken for a natural one",
    math.log(10): "ln 10, as where a natural logarithm was taken for one of base 10",
    1 / math.log(10): "1/ln 10, as where a logarithm of base 10 was taken for a natural one",
}
_RATIO_TOLERANCE = 1e-4


def sign_flipped(expected: Array, got: Array) -> Finding | None:
    """Every value has the other sign."""
    if not holds(expected, got, transform=np.negative):
        return None
    text = "Your result is the expected one with the sign flipped, value for value."
    return observed("sign_flipped", text, factor=-1.0)


def factor_of_size(expected: Array, got: Array, inputs: Mapping[str, Value]) -> Finding | None:
    """A constant factor that a size of the case's arrays gives: a sum where a mean was meant, a
    missing 1/√d, a variance over n - 1."""
    factor = _factor(expected, got)
    if factor is None or isinstance(factor, complex) or factor <= 0:
        return None
    for size in sorted(_sizes(expected, inputs)):
        for number, why in _factors_of(size):
            if math.isclose(factor, number, rel_tol=_RATIO_TOLERANCE):
                text = f"Your result is {told(factor)} times the expected one; {why}."
                return observed("factor_of_size", text, factor=plain(factor), size=size)
    return None


def scaled(expected: Array, got: Array) -> Finding | None:
    """Every value is the expected one times the same number."""
    factor = _factor(expected, got)
    if factor is None:
        return None
    text = f"Your result is {told(factor)} times the expected one, everywhere."
    for known, name in _FACTORS.items():
        if abs(factor - known) <= _RATIO_TOLERANCE * known:
            text = f"{text[:-1]}; that is {name}."
    return observed("scaled", text, factor=plain(factor))


def offset(expected: Array, got: Array) -> Finding | None:
    """Every value is the expected one plus the same number."""
    if expected.shape != got.shape or expected.size < 2:
        return None
    difference = sampled(got) - sampled(expected)
    difference = difference[np.isfinite(difference)]
    if not difference.size:
        return None
    shift = _middle(difference)
    if not holds(expected, got, transform=lambda values: values + shift, fitted=1):
        return None
    more = "more" if isinstance(shift, complex) or shift > 0 else "less"
    size = shift if isinstance(shift, complex) else abs(shift)
    text = f"Every value is {told(size)} {more} than expected: a constant is added or missing."
    return observed("offset", text, offset=plain(shift))


def root_missing(expected: Array, got: Array) -> Finding | None:
    """Every value is the square of the expected one."""
    if not holds(expected, got, transform=np.square):
        return None
    text = "Your result is the square of the expected one: a square root is missing."
    return observed("root_missing", text, power=2.0)


def square_missing(expected: Array, got: Array) -> Finding | None:
    """The expected values are the squares of these."""
    if not _gives(np.square, expected, got):
        return None
    text = "The expected result is the square of yours: a square is missing."
    return observed("square_missing", text, power=0.5)


def inverted(expected: Array, got: Array) -> Finding | None:
    """Every value is one over the expected one."""
    if not holds(expected, got, transform=lambda values: 1 / values):
        return None
    text = "Your result is 1 over the expected one: numerator and denominator changed places."
    return observed("inverted", text, power=-1.0)


def truncated(expected: Array, got: Array) -> Finding | None:
    """Every value is the expected one rounded to a whole number."""
    # Of few whole numbers (all zero, a mask) something else is the better word.
    if kind_of(expected.dtype) is not Kind.FLOAT or np.unique(sampled(got)).size < 3:
        return None
    for name, transform in _ROUNDINGS.items():
        if holds(expected, got, transform=transform):
            text = (
                f"Your result holds whole numbers only: the expected values {name}. An integer "
                "division (//), a cast or an integer dtype does that."
            )
            return observed("truncated", text, rounding=name)
    return None


def function_missing(expected: Array, got: Array) -> Finding | None:
    """The expected result is a well-known function of this one."""
    for name, function in _FUNCTIONS.items():
        if kind_of(got.dtype) is not Kind.COMPLEX and _gives(function, expected, got):
            text = (
                f"The expected result is {name} of yours, value for value: "
                f"{_MISSING.get(name, 'the last step is missing')}."
            )
            return observed("function_missing", text, function=name)
    return None


def applied_twice(expected: Array, got: Array) -> Finding | None:
    """This result is a well-known function of the expected one, as if that had run once more."""
    for name, function in _FUNCTIONS.items():
        if kind_of(expected.dtype) is not Kind.COMPLEX and holds(
            expected, got, transform=function, unchanged=True
        ):
            text = (
                f"Your result is {name} of the expected one, value for value: "
                f"{_TOO_OFTEN.get(name, f'{name} is applied once too often')}."
            )
            return observed("applied_twice", text, function=name)
    return None


def _gives(function: Callable[[Array], Array], expected: Array, got: Array) -> bool:
    """Whether the function makes the expected result of this one."""
    return holds(got, expected, transform=function, unchanged=True)


def _factor(expected: Array, got: Array) -> float | complex | None:
    """The number that turns one array into the other, None where there is none but 1 and -1."""
    if expected.shape != got.shape or expected.size < 2:
        return None
    wanted, came = sampled(expected), sampled(got)
    # Small values carry more rounding than sign of a factor.
    counted = np.isfinite(wanted) & np.isfinite(came)
    counted &= np.abs(wanted) > np.max(np.abs(wanted), where=counted, initial=0.0) * 1e-3
    if not counted.any():
        return None
    factor = _middle(came[counted] / wanted[counted])
    if factor == 0:
        return None
    # Another dtype's rounding, or the flipped sign that is a pattern of its own.
    if not isinstance(factor, complex) and abs(abs(factor) - 1) < _RATIO_TOLERANCE:
        return None
    fits = holds(expected, got, transform=lambda values: values * factor, fitted=1)
    return factor if fits else None


def _middle(values: Array) -> float | complex:
    """The median; of complex numbers part by part."""
    if values.dtype.kind == "c":
        middle = complex(float(np.median(values.real)), float(np.median(values.imag)))
        return middle if middle.imag else middle.real
    return float(np.median(values.astype(np.float64)))


def _sizes(expected: Array, inputs: Mapping[str, Value]) -> set[int]:
    """Sizes that a sum in this case can have run over: axes and element counts."""
    arrays = [expected, *(value for value in inputs.values() if isinstance(value, np.ndarray))]
    return {size for array in arrays for size in (*array.shape, array.size) if size > 1}


def _factors_of(size: int) -> list[tuple[float, str]]:
    root = f"√{size} = {told(math.sqrt(size))}"
    return [
        (
            size,
            f"a sum where a mean was meant gives exactly that, since {size} values are averaged",
        ),
        (
            1 / size,
            f"that is 1/{size}: a mean where a sum was meant gives exactly that, since {size} "
            "values are added",
        ),
        (math.sqrt(size), f"that is {root}: a division by √{size} is missing"),
        (1 / math.sqrt(size), f"that is 1/√{size}: a division by √{size} is too much"),
        (
            size / (size - 1),
            f"that is {size}/{size - 1}: divided by n - 1 where n was meant (n = {size})",
        ),
        (
            (size - 1) / size,
            f"that is {size - 1}/{size}: divided by n where n - 1 was meant (n = {size})",
        ),
    ]


def _logistic(values: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-values))
    return result


_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "relu": lambda values: np.maximum(values, 0),
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": _logistic,
    "the absolute value": np.abs,
}

# An exp too much is a log too little: the arrays alone do not tell which.
_MISSING = {"exp": "exp is missing, or a log is too much"}
_TOO_OFTEN = {"exp": "exp is applied once too often, or a log is missing"}

_ROUNDINGS: dict[str, Callable[[Array], Array]] = {
    "cut off after the point": np.trunc,
    "rounded down": np.floor,
    "rounded to the nearest whole number": np.rint,
}
