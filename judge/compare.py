"""Compares an output with the expected one, leaf by leaf: is it right, if not why, and how far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from judge.answer import Leaf, LeafKind, Output
from judge.diff import Measured, measure, spec_of
from judge.numbers import Array, Kind, kind_of, widen
from judge.report import Diff, NonFinite
from judge.spec import CompareRule, OutputSpec
from judge.tolerance import EXACT, Tolerance, resolve
from judge.verdict import Reason

# What came from a submission is quoted in messages at most this long.
_QUOTED = 160
_NAMED = 3

_ORDER = (Reason.SHAPE, Reason.DTYPE, Reason.NON_FINITE, Reason.VALUES)


@dataclass(frozen=True)
class Comparison:
    """``reason`` is None where the output is right, else ``message`` says what is wrong, of the
    first leaf with the gravest reason. ``diffs`` holds every leaf, unless structures differ."""

    reason: Reason | None
    message: str
    diffs: tuple[Diff, ...]

    @property
    def passed(self) -> bool:
        """Whether the output is right."""
        return self.reason is None


def compare(expected: Output, got: Output, rule: CompareRule, declared: OutputSpec) -> Comparison:
    """Compare ``got`` with ``expected`` under ``rule``. Structure, then shapes (nothing is
    broadcast), then dtypes, then NaN and inf, then values. ``declared`` only helps messages.

    A Python number is taken for an array of no dimensions and of its kind; weak types are not
    looked at (judge.weak_types tells of them). Never raises, whatever the outputs hold.
    """
    structure = _structure_message(expected, got)
    if structure is not None:
        return Comparison(Reason.STRUCTURE, structure, ())
    told: dict[Reason, str] = {}
    diffs: list[Diff] = []
    for right, answer in zip(expected.leaves, got.leaves, strict=True):
        # Overflow and NaN are ordinary here: they are what is looked for.
        with np.errstate(all="ignore"):
            reason, message, diff = _compare_leaf(right, answer, rule, declared)
        diffs.append(diff)
        if reason is not None:
            at = f"at {_quote(right.path)}: " if right.path else ""
            told.setdefault(reason, at + message)
    for reason in _ORDER:
        if reason in told:
            return Comparison(reason, told[reason], tuple(diffs))
    return Comparison(None, "", tuple(diffs))


# What JAX calls the structure of None.
_NOTHING = "PyTreeDef(None)"


def _structure_message(expected: Output, got: Output) -> str | None:
    """What differs between the structures, None where nothing does."""
    wanted = [leaf.path for leaf in expected.leaves]
    there = [leaf.path for leaf in got.leaves]
    if wanted == there and expected.structure == got.structure:
        return None
    if got.structure == _NOTHING:
        return "None was returned, which is what a function without a return gives"
    if wanted == [""]:
        return f"expected a single array, got {_quote(got.structure)}"
    if there == [""]:
        return f"expected {_quote(expected.structure)}, got a single array"
    missing = sorted(set(wanted) - set(there))
    extra = sorted(set(there) - set(wanted))
    parts = [f"{_listed(missing)} missing"] if missing else []
    parts += [f"{_listed(extra)} not expected"] if extra else []
    if parts:
        return f"the structure of the output differs: {'; '.join(parts)}"
    return f"expected the structure {_quote(expected.structure)}, got {_quote(got.structure)}"


def _compare_leaf(
    right: Leaf, answer: Leaf, rule: CompareRule, declared: OutputSpec
) -> tuple[Reason | None, str, Diff]:
    expected, got = _native(right.value), _native(answer.value)
    is_python = answer.kind is LeafKind.PYTHON_SCALAR
    uncompared = Diff(
        path=right.path,
        expected=spec_of(expected),
        got=spec_of(got),
        total=expected.size,
        mismatched=expected.size,
    )
    what = f"a Python {kind_of(got.dtype).value}" if is_python else str(got.dtype)
    if expected.shape != got.shape or (is_python and expected.ndim > 0):
        names = ""
        if not right.path and declared.dims and len(declared.dims) == expected.ndim:
            names = f", that is ({', '.join(map(str, declared.dims))})"
        shape = what if is_python else got.shape
        return Reason.SHAPE, f"expected the shape {expected.shape}{names}, got {shape}", uncompared
    tolerance = resolve(rule, expected)
    if is_python:
        same_type = kind_of(expected.dtype) is kind_of(got.dtype)
        expected, got, tolerance = _adopt(expected, got, tolerance)
    else:
        same_type = expected.dtype == got.dtype
    if not same_type or kind_of(expected.dtype) is Kind.OTHER:
        tail = "" if not same_type else ", which cannot be compared"
        message = f"expected the dtype {right.value.dtype}, got {what}{tail}"
        return Reason.DTYPE, message, uncompared
    measured = measure(right.path, expected, got, tolerance)
    return _told(measured, expected, got, tolerance)


def _told(
    measured: Measured, expected: Array, got: Array, tolerance: Tolerance
) -> tuple[Reason | None, str, Diff]:
    """Why the values of a leaf are wrong, in a sentence."""
    diff = measured.diff
    if not diff.mismatched:
        return None, "", diff
    if measured.non_finite_mismatches:
        message = (
            f"the output holds {_listed_non_finite(diff.got_non_finite)}, "
            f"expected were {_listed_non_finite(diff.expected_non_finite)}"
        )
        if diff.expected_non_finite.nan and not tolerance.nan_equal:
            message += "; NaN is not allowed here, although the reference has it"
        return Reason.NON_FINITE, message, diff
    worst = diff.worst[0]
    where = f" at {list(worst.index)}" if worst.index else ""
    message = (
        f"{diff.mismatched} of {diff.total} values differ; the furthest{where} is "
        f"{got[worst.index]}, expected {expected[worst.index]}"
    )
    if tolerance is not EXACT:
        magnitude = float(np.abs(widen(expected[worst.index])))
        allowed = tolerance.atol + tolerance.rtol * magnitude
        ulp = f" or {tolerance.ulp} ulp" if tolerance.ulp is not None else ""
        message += f" (off by {worst.error:.3g}, allowed {allowed:.3g}{ulp})"
    return Reason.VALUES, message, diff


def _adopt(expected: Array, number: Array, tolerance: Tolerance) -> tuple[Array, Array, Tolerance]:
    """A Python number in the expected dtype. Where it is a whole number that does not fit there,
    both as float64, in which they differ too: the cast would wrap around."""
    kind = kind_of(expected.dtype)
    if kind is Kind.OTHER or kind is not kind_of(number.dtype):
        return expected, number, tolerance
    cast = number.astype(expected.dtype)
    if kind is Kind.INTEGER and int(cast) != int(number):
        return expected.astype(np.float64), number.astype(np.float64), EXACT
    return expected, cast, tolerance


def _native(value: object) -> Array:
    """The value as a contiguous array in this machine's byte order, so that it views as bits."""
    array = np.asarray(value)
    if array.dtype.byteorder not in "=|":
        array = array.astype(array.dtype.newbyteorder("="))
    # np.ascontiguousarray would make one dimension of none.
    return array if array.flags.c_contiguous else array.copy(order="C")


def _listed_non_finite(counts: NonFinite) -> str:
    pairs = (("NaN", counts.nan), ("inf", counts.posinf), ("-inf", counts.neginf))
    words = [f"{count} {name}" for name, count in pairs if count]
    return ", ".join(words) or "only finite numbers"


def _listed(paths: list[str]) -> str:
    """A few of the paths, and how many more."""
    shown = ", ".join(_quote(path) if path else "the output itself" for path in paths[:_NAMED])
    rest = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{shown}{rest} {'is' if len(paths) == 1 else 'are'}"


def _quote(text: str) -> str:
    clean = "".join(c if c.isprintable() else "?" for c in text[:_QUOTED])
    return clean + ("…" if len(text) > _QUOTED else "")
