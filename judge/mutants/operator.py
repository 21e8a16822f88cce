"""An arithmetic operator taken for another: + for -, * for /."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from judge.mutants.mutant import Program, Replacement, with_changes

_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
}


def mutate(program: Program) -> Iterator[Replacement]:
    """Every operator once, the negation dropped, and those of assignments such as ``x += y``."""
    for node in program.expressions():
        if isinstance(node, ast.BinOp) and type(node.op) in _OTHER:
            yield Replacement(node, with_changes(node, op=_OTHER[type(node.op)]()))
        elif _is_negation(node):
            yield Replacement(node, node.operand)
    for statement in program.statements():
        if isinstance(statement, ast.AugAssign) and type(statement.op) in _OTHER:
            other = _OTHER[type(statement.op)]()
            yield Replacement(statement, with_changes(statement, op=other))


def _is_negation(node: ast.expr) -> TypeGuard[ast.UnaryOp]:
    """Whether it is ``-x``; the sign of a written number is no operator."""
    return (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and not isinstance(node.operand, ast.Constant)
    )
