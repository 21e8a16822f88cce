"""Another axis: the first for the last, the last for the first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, whole_number, with_changes

_AXES = ("axis", "in_axes", "out_axes", "axes", "dim", "feature_axes", "reduction_axes")


def mutate(program: Program) -> Iterator[Replacement]:
    """Every axis that is given by its name: -1 becomes 0, others -1; a tuple is reversed."""
    for node in program.expressions():
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            number = whole_number(keyword.value)
            if keyword.arg not in _AXES:
                continue
            if number is not None:
                yield Replacement(keyword.value, ast.Constant(0 if number == -1 else -1))
            elif isinstance(keyword.value, ast.Tuple) and len(keyword.value.elts) > 1:
                swapped = with_changes(keyword.value, elts=keyword.value.elts[::-1])
                yield Replacement(keyword.value, swapped)
