"""An index that is off by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, whole_number


def mutate(program: Program) -> Iterator[Replacement]:
    """Every whole number that is an index or bounds a slice, one more and one less."""
    for node in program.expressions():
        if not isinstance(node, ast.Subscript):
            continue
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            bounds = [part.lower, part.upper] if isinstance(part, ast.Slice) else [part]
            for bound in bounds:
                yield from _off_by_one(bound)


def _off_by_one(bound: ast.expr | None) -> Iterator[Replacement]:
    number = whole_number(bound)
    if bound is not None and number is not None:
        yield Replacement(bound, ast.Constant(number + 1))
        yield Replacement(bound, ast.Constant(number - 1))
