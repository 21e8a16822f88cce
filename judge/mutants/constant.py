"""A number replaced by zero or one, True by False."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement


def mutate(program: Program) -> Iterator[Replacement]:
    """Every number once by 0 and once by 1, unless it is that; every bool by the other."""
    for node in program.expressions():
        if not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, bool):
            yield Replacement(node, ast.Constant(not node.value))
        elif isinstance(node.value, int | float):
            for other in (0, 1):
                if node.value != other:
                    yield Replacement(node, ast.Constant(type(node.value)(other)))
