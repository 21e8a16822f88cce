"""Writes a case as a Python script that needs nothing but jax and numpy.

The script holds the inputs and, where they may be told, the expected values that the report shows.
Everything else in it is fixed text: what comes from a report is written as literals only.
"""

from __future__ import annotations

import base64
import math
import pprint
import zlib
from collections.abc import Iterator, Mapping
from textwrap import indent, wrap

import ml_dtypes
import numpy as np

from judge.case import Transformation, Value
from judge.numbers import Array, Kind, kind_of, widen
from judge.package import Package
from judge.report import Diff
from judge.reproduce import Reproduction
from judge.sandbox.frames import DTYPES
from judge.script_text import IMPORTS, PACKED, PLAIN, REST, UNDER
from judge.spec import CompareRule, NanPolicy
from judge.tolerance import resolve

# Up to so many elements an array is written as a literal that can be read and changed.
_READABLE = 256
_WIDTH = 96

Index = tuple[int, ...]
Number = float | int | complex


def write_script(package: Package, shown: Reproduction) -> str:
    """The script. The same for the same case, whenever it is written."""
    case, failed = shown.case, shown.failed
    version = shown.report.environment.versions.get("jax")
    said = [f"{shown.verdict.words} ({shown.verdict})", *shown.said]
    expected = [_leaf(package.spec.compare, diff) for diff in shown.diffs]
    parts = [
        f'"""Shows one case of {package.slug} {package.spec.version} on your own machine.',
        "",
        "    python THIS_FILE solution.py",
        "",
        *wrap(_about(shown), _WIDTH),
        '"""',
        "",
        IMPORTS,
        f"ENTRY = {package.spec.entry!r}",
        f"NAN_IS_RIGHT_WHERE_EXPECTED = {package.spec.compare.nan is NanPolicy.EQUAL}",
        f"JUDGED_WITH_JAX = {version!r}",
        f"JUDGE_SAID = {pprint.pformat(said, width=_WIDTH)}",
        "",
        PACKED,
        *_dictionary("INPUTS", case.inputs),
        *_asked(failed),
        "",
        "# Of each leaf: path, shape, dtype, and places as (index, expected, allowed error).",
        f"EXPECTED = {_literal(expected)}",
        "",
        UNDER[failed.name] if failed is not None else PLAIN,
        REST,
    ]
    return "\n".join(parts)


def _asked(failed: Transformation | None) -> Iterator[str]:
    """What the transformation needs beside the inputs."""
    if failed is None:
        return
    if failed.name == "jit":
        yield f"STATIC = {list(failed.static)!r}"
    if failed.name == "vmap":
        yield from _dictionary("SECOND_ROW", failed.others)


def _dictionary(name: str, values: Mapping[str, Value]) -> Iterator[str]:
    yield f"{name} = {{"
    yield from _inputs(values)
    yield "}"


def _about(shown: Reproduction) -> str:
    case = shown.case
    where = f"case {case.index} of the group {case.group}"
    if shown.anew:
        what = f"In place of {where}, which the report does not show, this is one drawn anew."
        if not shown.judgings:
            what += " The judge has not run it: your program may well be right on it."
    else:
        what = f"This is {where}."
    if shown.failed is not None:
        what += f" Plain calls are right; the judge tried it under {shown.failed.name}."
    if shown.judgings:
        what += f" It was made small: {shown.judgings} cases were judged."
    return what


def _inputs(inputs: Mapping[str, Value]) -> Iterator[str]:
    for name, value in inputs.items():
        text = _array(value) if isinstance(value, np.ndarray) else _literal(value)
        yield f"    {name!r}: {indent(text, '    ').lstrip()},"


def _array(array: Array) -> str:
    """As numbers where a person can read them, else as packed bytes."""
    plain = widen(array)
    finite = plain.dtype.kind != "c" or bool(np.isfinite(plain).all())
    if 0 < array.size <= _READABLE and finite:
        return f"jnp.asarray(np.array({_literal(_brief(array))}, dtype={array.dtype.name!r}))"
    packed = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
    lines = "\n".join(f"    {line!r}" for line in wrap(packed, _WIDTH - 12))
    return f"packed({array.dtype.name!r}, {array.shape!r},\n{lines})"


def _brief(array: Array) -> object:
    """An array as nested lists, of decimals no longer than its dtype needs."""
    plain = widen(array)
    if array.dtype.kind == "f":
        short = np.array([float(str(value)) for value in array.reshape(-1)]).reshape(array.shape)
        if np.array_equal(short.astype(array.dtype), array, equal_nan=True):
            plain = short
    return plain.tolist()


def _leaf(rule: CompareRule, diff: Diff) -> tuple[object, ...]:
    """What is known of a leaf of the expected output."""
    single = (diff.first, diff.max_abs, diff.max_rel, diff.max_ulp)
    pairs = [*diff.worst, *(pair for pair in single if pair is not None)]
    known = {pair.index: _number(pair.expected) for pair in pairs}
    allowed = _allowed(rule, diff.expected.dtype, known)
    places = [(index, _spelled(known[index]), allowed[index]) for index in sorted(known)]
    return diff.path, diff.expected.shape, diff.expected.dtype, places


def _allowed(rule: CompareRule, name: str, values: Mapping[Index, Number]) -> dict[Index, float]:
    """By how much each value may be missed. Where the rule is scaled by the largest value of the
    leaf, by the largest that is known."""
    dtype = DTYPES.get(name)
    if dtype is None or kind_of(dtype) not in (Kind.FLOAT, Kind.COMPLEX):
        return dict.fromkeys(values, 0.0)
    tolerance = resolve(rule, np.array(list(values.values())).astype(dtype))
    units = 0.0
    if tolerance.ulp is not None and kind_of(dtype) is Kind.FLOAT:
        units = tolerance.ulp * float(ml_dtypes.finfo(dtype).eps)  # type: ignore[no-untyped-call]
    slope = max(tolerance.rtol, units)
    return {
        index: tolerance.atol + slope * abs(value) if math.isfinite(abs(value)) else 0.0
        for index, value in values.items()
    }


def _number(value: float | int | bool | str) -> Number:
    """A number as a report holds it: what JSON has no number for is a string."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return complex(value)


class _Code(str):
    """Text that is written as it is among literals."""

    def __repr__(self) -> str:
        return str(self)


def _spelled(value: Number) -> object:
    """Complex numbers by their parts: ``nanj`` is no literal."""
    if not isinstance(value, complex):
        return value
    if value.imag == 0:
        return value.real
    return _Code(f"complex({value.real!r}, {value.imag!r})")


def _literal(value: object) -> str:
    """A Python literal, in which ``nan`` and ``inf`` are names that the script defines."""
    return pprint.pformat(value, width=_WIDTH, compact=True, sort_dicts=False)
