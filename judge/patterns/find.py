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
    inputs. ``kind`` is that of its findings; ``meaning`` is for the documentation."""

    kind: str
    family: str
    look: Look
    meaning: str


def find_patterns(
    expected: Output,
    got: Output,
    diffs: Sequence[Diff],
    inputs: Mapping[str, Value],
) -> tuple[Finding, ...]:
    """The patterns in the first leaf that is wrong, and whether it alone is: two at most. ``diffs``
    are those of the comparison, one a leaf."""
    wrong = [number for number, diff in enumerate(diffs) if diff.mismatched]
    if not wrong:
        return ()
    alone = parts.one_leaf(diffs)
    first = wrong[0]
    found = patterns_of(expected.leaves[first].value, got.leaves[first].value, inputs)
    return tuple(([alone] if alone is not None else []) + list(found))[:MOST]


def patterns_of(
    expected: Array, got: Array, inputs: Mapping[str, Value] | None = None
) -> tuple[Finding, ...]:
    """The patterns in two arrays of any shape and dtype, two at most. Never raises for what the
    arrays hold; a few passes over them at most."""
    numbers = (Kind.INTEGER, Kind.FLOAT, Kind.COMPLEX)
    if kind_of(expected.dtype) not in numbers or kind_of(got.dtype) not in numbers:
        return ()
    found: list[Finding] = []
    families: set[str] = set()
    # Overflow, NaN and division by zero are ordinary in results that are wrong.
    with np.errstate(all="ignore"):
        for pattern in PATTERNS:
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


def _pair(look: Callable[[Array, Array], Finding | None]) -> Look:
    return lambda expected, got, _: look(expected, got)


def _pattern(kind: str, family: str, look: Callable[[Array, Array], Finding | None]) -> Pattern:
    return Pattern(PREFIX + kind, family, _pair(look), _meaning(look))


def _with_inputs(kind: str, family: str, look: Look) -> Pattern:
    return Pattern(PREFIX + kind, family, look, _meaning(look))


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
    _pattern("sign_flipped", "values", values.sign_flipped),
    _with_inputs("factor_of_size", "values", values.factor_of_size),
    _pattern("root_missing", "values", values.root_missing),
    _pattern("square_missing", "values", values.square_missing),
    _pattern("inverted", "values", values.inverted),
    _pattern("truncated", "values", values.truncated),
    _pattern("applied_twice", "values", values.applied_twice),
    _pattern("function_missing", "values", values.function_missing),
    _pattern("scaled", "values", values.scaled),
    _pattern("offset", "values", values.offset),
    _pattern("one_part", "parts", parts.one_part),
    _pattern("scaled_slices", "normalised", normalised.scaled_slices),
    _pattern("permuted", "positions", positions.permuted),
    _pattern("constant", "parts", parts.constant),
    _pattern("alike", "parts", parts.alike),
    _pattern("narrow_values", "precision", precision.narrow_values),
    _pattern("narrow_error", "precision", precision.narrow_error),
)
