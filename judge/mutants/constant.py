"""A number replaced by zero or one, True by False."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement


def mutate(program: Program) -> Iterator[Replacement]:
    """Every number, with its sign, once by 0 and once by 1, unless it is that; every bool by the
    other."""
    for node in program.expressions():
        if not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, bool):
            yield Replacement(node, ast.Constant(not node.value))
        elif isinstance(node.value, int | float):
            above = program.parent(node)
            signed = isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.USub)
            whole = above if signed and isinstance(above, ast.expr) else node
            for other in (0, 1):
                if signed or node.value != other:
                    yield Replacement(whole, ast.Constant(type(node.value)(other)))
