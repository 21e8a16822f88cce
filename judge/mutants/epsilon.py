"""The small number that keeps a root or a quotient finite, left out or added at the wrong place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of, with_changes

_AROUND = ("sqrt", "rsqrt", "log", "exp")
_NAMES = ("eps", "epsilon")
_SMALL = 1e-2


def mutate(program: Program) -> Iterator[Replacement]:
    """``v + eps`` becomes ``v``; ``sqrt(v + eps)`` becomes ``sqrt(v) + eps``."""
    for node in program.expressions():
        if (parts := _with_epsilon(node)) is not None:
            yield Replacement(node, parts[0])
        if call := call_of(node, _AROUND):
            inside = _with_epsilon(call.args[0])
            if inside is not None:
                moved = with_changes(call, args=[inside[0], *call.args[1:]])
                yield Replacement(call, ast.BinOp(moved, ast.Add(), inside[1]))


def _with_epsilon(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The two sides of ``v + eps``, the small one second."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        return None
    if _is_epsilon(node.right):
        return node.left, node.right
    return (node.right, node.left) if _is_epsilon(node.left) else None


def _is_epsilon(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id.lower() in _NAMES
    return isinstance(node, ast.Constant) and type(node.value) is float and 0 < node.value <= _SMALL
