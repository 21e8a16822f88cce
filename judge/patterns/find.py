"""Looks for the patterns that relate a wrong result to the expected one: the table, and the order.

From specific to general: what is looked for first explains more. Of patterns of one family, which
would say the same in other words, only the first that fits is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from judge.answer import Output
from judge.case import Value
from judge.numbers import Array, Kind, kind_of
from judge.patterns import normalised, overflow, parts, positions, precision, values
from judge.patterns.finding import PREFIX
from judge.report import Diff, Finding

MOST = 2

Look = Callable[[Array, Array, Mapping[str, Value]], Finding | None]


@dataclass(frozen=True)
class Pattern:
    """What is looked for: ``look`` gets the expected array, the one that came, and the case's
    inputs. ``kind`` is that of its findings; ``meaning`` is for the documentation. ``explains``:
    it says what was done to the result, not only what is seen of it. ``elementwise``: it looks at
    each value by itself."""

    kind: str
    family: str
    look: Look
    meaning: str
    explains: bool = True
    elementwise: bool = False


def find_patterns(
    expected: Output,
    got: Output,
    diffs: Sequence[Diff],
    inputs: Mapping[str, Value],
) -> tuple[Finding, ...]:
    """The patterns in all leaves together, else in the first leaf that is wrong, and whether it
    alone is: two at most. ``diffs`` are those of the comparison, one a leaf."""
    wrong = [number for number, diff in enumerate(diffs) if diff.mismatched]
    if not wrong:
        return ()
    alone = parts.one_leaf(diffs)
    found = _of_all_leaves(expected, got, inputs) if len(wrong) > 1 else ()
    first = wrong[0]
    found = found or patterns_of(expected.leaves[first].value, got.leaves[first].value, inputs)
    return tuple(([alone] if alone is not None else []) + list(found))[:MOST]


def patterns_of(
    expected: Array,
    got: Array,
    inputs: Mapping[str, Value] | None = None,
    patterns: Sequence[Pattern] | None = None,
) -> tuple[Finding, ...]:
    """The patterns in two arrays of any shape and dtype, two at most. Never raises for what the
    arrays hold; a few passes over them at most. ``patterns``: those to look for, default all."""
    numbers = (Kind.INTEGER, Kind.FLOAT, Kind.COMPLEX)
    if kind_of(expected.dtype) not in numbers or kind_of(got.dtype) not in numbers:
        return ()
    found: list[Finding] = []
    families: set[str] = set()
    # Overflow, NaN and division by zero are ordinary in results that are wrong.
    with np.errstate(all="ignore"):
        for pattern in PATTERNS if patterns is None else patterns:
            if pattern.family in families:
                continue
            finding = pattern.look(expected, got, inputs or {})
            if finding is not None:
                families.add(pattern.family)
                found.append(finding)
            if len(found) == MOST:
                break
    return tuple(found)


def is_pattern(finding: Finding) -> bool:
    """Whether a finding is one of these."""
    return finding.kind.startswith(PREFIX)


def explains(finding: Finding) -> bool:
    """Whether a finding is a pattern that says what was done to the result."""
    return any(pattern.kind == finding.kind and pattern.explains for pattern in PATTERNS)


def _of_all_leaves(
    expected: Output, got: Output, inputs: Mapping[str, Value]
) -> tuple[Finding, ...]:
    """The patterns that hold for each value by itself, in the values of all leaves together: of
    small leaves none says enough alone."""
    pairs = [(a.value, b.value) for a, b in zip(expected.leaves, got.leaves, strict=True)]
    dtypes = {(a.dtype, b.dtype) for a, b in pairs}
    if len(dtypes) != 1 or any(a.shape != b.shape for a, b in pairs):
        return ()
    wanted, came = (
        np.concatenate([array.reshape(-1) for array in side]) for side in zip(*pairs, strict=True)
    )
    return patterns_of(wanted, came, inputs, [p for p in PATTERNS if p.elementwise])


def _pair(look: Callable[[Array, Array], Finding | None]) -> Look:
    return lambda expected, got, _: look(expected, got)


def _pattern(
    kind: str,
    family: str,
    look: Callable[[Array, Array], Finding | None],
    *,
    explains: bool = True,
    elementwise: bool = False,
) -> Pattern:
    return Pattern(PREFIX + kind, family, _pair(look), _meaning(look), explains, elementwise)


def _with_inputs(kind: str, family: str, look: Look, *, elementwise: bool = False) -> Pattern:
    return Pattern(PREFIX + kind, family, look, _meaning(look), elementwise=elementwise)


def _meaning(look: Callable[..., Finding | None]) -> str:
    return " ".join((look.__doc__ or "").split())


PATTERNS = (
    _with_inputs("exp_overflow", "non_finite", overflow.exp_overflow),
    _pattern("wrong_axis", "normalised", normalised.wrong_axis),
    _pattern("softmax_missing", "normalised", normalised.softmax_missing),
    _pattern("softmax_twice", "normalised", normalised.softmax_twice),
    _pattern("transposed", "positions", positions.transposed),
    _pattern("reshaped", "positions", positions.reshaped),
    _pattern("reversed", "positions", positions.reversed_order),
    _pattern("rolled", "positions", positions.rolled),
    _pattern("shifted", "positions", positions.shifted),
    _pattern("sign_flipped", "values", values.sign_flipped, elementwise=True),
    _with_inputs("factor_of_size", "values", values.factor_of_size, elementwise=True),
    _pattern("root_missing", "values", values.root_missing, elementwise=True),
    _pattern("square_missing", "values", values.square_missing, elementwise=True),
    _pattern("inverted", "values", values.inverted, elementwise=True),
    _pattern("truncated", "values", values.truncated, elementwise=True),
    _pattern("applied_twice", "values", values.applied_twice, elementwise=True),
    _pattern("function_missing", "values", values.function_missing, elementwise=True),
    _pattern("scaled", "values", values.scaled, explains=False, elementwise=True),
    _pattern("offset", "values", values.offset, explains=False, elementwise=True),
    _pattern("one_part", "parts", parts.one_part, explains=False),
    _pattern("scaled_slices", "normalised", normalised.scaled_slices, explains=False),
    _pattern("permuted", "positions", positions.permuted, explains=False),
    _pattern("constant", "parts", parts.constant, explains=False),
    _pattern("alike", "parts", parts.alike, explains=False),
    _pattern("narrow_values", "precision", precision.narrow_values, elementwise=True),
    _pattern("narrow_error", "precision", precision.narrow_error, explains=False),
)
