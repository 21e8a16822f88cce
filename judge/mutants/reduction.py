"""A reduction taken for its neighbour: the mean for the sum, the variance for the deviation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, name_of, with_changes

_PAIRS = (
    ("mean", "sum"), ("max", "min"), ("argmax", "argmin"), ("var", "std"), ("cumsum", "cumprod"),
    ("any", "all"), ("maximum", "minimum"), ("zeros_like", "ones_like"), ("zeros", "ones"),
    ("floor", "ceil"), ("sin", "cos"),
)  # fmt: skip
_OTHER = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}, "prod": "sum"}


def mutate(program: Program) -> Iterator[Replacement]:
    """Every name of a pair that is reached through a module or a value, called or handed over."""
    for node in program.expressions():
        if isinstance(node, ast.Attribute) and (other := _OTHER.get(name_of(node))):
            yield Replacement(node, with_changes(node, attr=other))
