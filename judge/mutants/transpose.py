"""An operand of a matrix product transposed, or the operands exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of, with_changes

_PRODUCTS = ("dot", "matmul", "vdot", "inner", "outer", "tensordot")


def mutate(program: Program) -> Iterator[Replacement]:
    """Each operand once, each pair exchanged, and each transposition left out."""
    for node in program.expressions():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield Replacement(node.left, _transposed(node.left))
            yield Replacement(node.right, _transposed(node.right))
            yield Replacement(node, with_changes(node, left=node.right, right=node.left))
        elif (call := call_of(node, _PRODUCTS)) and len(call.args) > 1:
            first, second, *rest = call.args
            for args in ([_transposed(first), second], [first, _transposed(second)]):
                yield Replacement(call, with_changes(call, args=[*args, *rest]))
        elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
            yield Replacement(node, node.value)


def _transposed(node: ast.expr) -> ast.expr:
    return ast.Attribute(node, "T", ast.Load())
