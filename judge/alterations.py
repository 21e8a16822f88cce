"""The ways in which a case's inputs are altered, to find out what a wrong answer is the answer to.

Each stands for a slip that is often made: an input that is not used, that loses digits, that has
the wrong sign or order. They follow from the declared inputs alone, whatever the problem is about.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import ml_dtypes
import numpy as np

from judge.alteration import Alteration, Inputs, Restore, alteration
from judge.case import Value
from judge.numbers import Array
from judge.patterns.finding import slices
from judge.spec import ArrayInput, ProblemSpec, ScalarInput

Change = Callable[[Array], Array]
Given = ScalarInput | ArrayInput

_NARROW = {"bfloat16": np.dtype(ml_dtypes.bfloat16), "float16": np.dtype(np.float16)}

# Seeds and the like that programs hold in place of what they get.
_CONSTANTS = (0, 1, 42)

_STEPS = {"larger": 1, "smaller": -1}

_PARTS = {"last": slice(None, -1), "first": slice(1, None)}

_OF_NUMBERS: tuple[tuple[str, str, Callable[[float], float]], ...] = (
    ("ones", "", lambda _: 1.0),
    ("negated", "", lambda value: -value),
    ("inverted", "", lambda value: 1 / value),
    ("complement", "", lambda value: 1 - value),
    ("power", "square", lambda value: value**2),
    ("power", "square root", lambda value: value**0.5),
    ("scaled", "twice", lambda value: 2 * value),
    ("scaled", "by half", lambda value: value / 2),
)

_OF_VALUES: tuple[tuple[str, str, Change], ...] = (
    ("scaled", "twice", lambda values: values * 2),
    ("scaled", "by half", lambda values: values / 2),
    ("whole", "", np.trunc),
    ("clipped", "", lambda values: np.maximum(values, 0)),
    ("magnitude", "", np.abs),
)


def alterations(spec: ProblemSpec) -> Iterator[Alteration]:
    """All alterations of a problem's inputs, the common and cheap ones first: those that change a
    size come last, since programs are compiled anew for them."""
    arrays = [given for given in spec.inputs if isinstance(given, ArrayInput)]
    floats = [given.name for given in arrays if given.dtype.startswith(("float", "bfloat"))]
    scalars = [given for given in spec.inputs if isinstance(given, ScalarInput)]
    whole = [given for given in scalars if given.integral]
    numbers = [given.name for given in scalars if given.type == "float" and not given.integral]
    yield from (_arrays("zeros", [a.name], np.zeros_like, what=f"all of {a.name}") for a in arrays)
    yield from (_number("zeros", name, lambda _: 0.0, what=name) for name in numbers)
    yield from (_arrays("negated", [name], np.negative) for name in floats)
    yield from _narrow(floats)
    yield from (_arrays("ones", [a.name], np.ones_like, what=f"all of {a.name}") for a in arrays)
    for one, other in itertools.combinations(spec.inputs, 2):
        if _alike(one, other):
            yield _exchanged(one, other)
    yield from (_arrays("transposed", [a.name], np.transpose) for a in arrays if len(a.dims) == 2)
    yield from (_scalar("flipped", s.name, lambda v: not v) for s in scalars if s.type == "bool")
    for name, (kind, how, number) in itertools.product(numbers, _OF_NUMBERS):
        yield _number(kind, name, number, what=name, how=how)
    for given in whole:
        yield from (_fixed(given, number) for number in _CONSTANTS if not given.static)
        yield from (_stepped(given, how) for how in _STEPS if not given.static)
    yield from itertools.chain.from_iterable(map(_reordered, arrays))
    sequences = list(_sequences(spec, arrays))
    for names in sequences:
        if len(names) > 1:
            yield _arrays("reversed", names, partial(np.flip, axis=0), what="rows")
    for name, (kind, how, change) in itertools.product(floats, _OF_VALUES):
        yield _arrays(kind, [name], change, how=how)
    yield from (_stepped(given, how) for given in whole for how in _STEPS if given.static)
    yield from _other_axes(spec, arrays)
    for names, (how, kept) in itertools.product(sequences, _PARTS.items()):
        make = partial(_part_of, names=names, kept=kept)
        yield alteration("shortened", names, make, how=how)


def _arrays(kind: str, names: Sequence[str], change: Change, **words: str) -> Alteration:
    """The same change of some arrays, each of which keeps its shape and dtype."""

    def make(inputs: Inputs) -> dict[str, Value] | None:
        made = dict(inputs)
        for name in names:
            value = np.asarray(inputs[name])
            with np.errstate(all="ignore"):
                other = change(value).astype(value.dtype)
            if other.shape != value.shape:
                return None
            made[name] = other
        return made if any(_differ(made[name], inputs[name]) for name in names) else None

    return alteration(kind, names, make, None, **words)


def _narrow(floats: Sequence[str]) -> Iterator[Alteration]:
    """Each array with no more digits than a narrow dtype holds, then all together."""

    def rounded(dtype: np.dtype[Any]) -> Change:
        return lambda values: values.astype(dtype)

    for name, (narrow, dtype) in itertools.product(floats, _NARROW.items()):
        yield _arrays("narrow", [name], rounded(dtype), what=f"{name} is", how=narrow)
    for narrow, dtype in _NARROW.items():
        if len(floats) > 1:
            yield _arrays("narrow", floats, rounded(dtype), what="all arrays are", how=narrow)


def _scalar(kind: str, name: str, change: Callable[[Any], Value], **words: str) -> Alteration:
    def make(inputs: Inputs) -> dict[str, Value] | None:
        made = {**inputs, name: change(inputs[name])}
        return made if _differ(made[name], inputs[name]) else None

    return alteration(kind, [name], make, None, **words)


def _number(kind: str, name: str, change: Callable[[float], float], **words: str) -> Alteration:
    """A change of a real number, where that has a result."""

    def changed(value: float) -> float:
        try:
            return float(change(value))
        except (ArithmeticError, TypeError, ValueError):
            return value

    return _scalar(kind, name, changed, **words)


def _fixed(given: ScalarInput, number: int) -> Alteration:
    return _scalar("constant", given.name, _within(given, lambda _: number), how=str(number))


def _stepped(given: ScalarInput, how: str) -> Alteration:
    changed = _within(given, lambda value: value + _STEPS[how])
    return _scalar("off_by_one", given.name, changed, how=how)


def _within(given: ScalarInput, change: Callable[[float], float]) -> Callable[[float], float]:
    """The change where its result is in the number's range, which keeps its type."""

    def changed(value: float) -> float:
        number = type(value)(change(value))
        return number if _in_range(given, number) else value

    return changed


def _alike(one: Given, other: Given) -> bool:
    """Whether one can stand for the other."""
    if isinstance(one, ArrayInput) and isinstance(other, ArrayInput):
        return (one.dims, one.dtype) == (other.dims, other.dtype)
    if isinstance(one, ScalarInput) and isinstance(other, ScalarInput):
        return (one.type, one.cast) == (other.type, other.cast)
    return False


def _exchanged(one: Given, other: Given) -> Alteration:
    def make(inputs: Inputs) -> dict[str, Value] | None:
        here, there = inputs[one.name], inputs[other.name]
        if not (_differ(here, there) and _in_range(one, there) and _in_range(other, here)):
            return None
        return {**inputs, one.name: there, other.name: here}

    return alteration("exchanged", [one.name, other.name], make)


def _in_range(given: Given, value: Value) -> bool:
    """Whether a number is in the range of a scalar."""
    low, high = (isinstance(given, ScalarInput) and given.range) or (-np.inf, np.inf)
    return isinstance(value, np.ndarray) or low <= value <= high


def _reordered(given: ArrayInput) -> Iterator[Alteration]:
    """What lies along the first axis in another order, or one of it in place of all."""
    names, ndim = [given.name], len(given.dims)
    if not ndim:
        return
    _, what = slices(ndim, 0)
    yield _arrays("reversed", names, partial(np.flip, axis=0), what=what)
    for how, step in (("end", 1), ("start", -1)):
        yield _arrays("rolled", names, partial(np.roll, shift=step, axis=0), what=what, how=how)
    for how, at in (("first", 0), ("last", -1)) if ndim > 1 else ():
        yield _arrays("repeated", names, partial(_repeated, at=at), what=what, how=how)


def _repeated(values: Array, at: int) -> Array:
    return np.broadcast_to(values[at], values.shape) if len(values) else values


def _other_axes(spec: ProblemSpec, arrays: Sequence[ArrayInput]) -> Iterator[Alteration]:
    """Where all arrays are matrices of one size, and the result as well: with rows for columns,
    and as a single row."""
    dims = {given.dims for given in arrays} | {spec.output.dims}
    if not arrays or len(dims) != 1 or len(arrays[0].dims) != 2 or spec.trace.observe:
        return
    names = [given.name for given in arrays]
    yield _reshaped("axes", names, np.transpose, lambda value, _: value.T)
    yield _reshaped("one_row", names, lambda values: values.reshape(1, -1), np.reshape)


def _reshaped(kind: str, names: Sequence[str], change: Change, restore: Restore) -> Alteration:
    def make(inputs: Inputs) -> dict[str, Value] | None:
        # A single row or column is its own transpose, or one row already.
        if min(np.shape(inputs[names[0]])) < 2:
            return None
        return {**inputs, **{name: change(np.asarray(inputs[name])) for name in names}}

    return alteration(kind, names, make, restore)


def _sequences(spec: ProblemSpec, arrays: Sequence[ArrayInput]) -> Iterator[list[str]]:
    """Arrays that are walked along together: their first axis has a size that is no other axis, and
    none of the result's."""
    for symbol in spec.symbols:
        having = [given for given in arrays if symbol in given.dims]
        elsewhere = {size for given in having for size in given.dims[1:]}
        if having and symbol not in elsewhere and symbol not in (spec.output.dims or ()):
            yield [given.name for given in having]


def _part_of(inputs: Inputs, names: Sequence[str], kept: slice) -> dict[str, Value] | None:
    parts = {name: np.asarray(inputs[name])[kept] for name in names}
    return {**inputs, **parts} if all(len(part) for part in parts.values()) else None


def _differ(one: Value, other: Value) -> bool:
    """Whether two values of an input are not the same, NaN counting as equal to NaN."""
    if np.shape(one) != np.shape(other):
        return True
    return not np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind in "fc")
