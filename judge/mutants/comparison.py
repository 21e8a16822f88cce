"""A comparison turned round, or off by its boundary; branches exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of, with_changes

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.GtE,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def mutate(program: Program) -> Iterator[Replacement]:
    """Every comparison negated and with its boundary moved; the values of ``where`` exchanged."""
    for node in program.expressions():
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            for table in (_NEGATED, _BOUNDARY):
                if other := table.get(type(node.ops[0])):
                    yield Replacement(node, with_changes(node, ops=[other()]))
        elif (call := call_of(node, ("where", "cond", "select"))) and len(call.args) > 2:
            condition, yes, no, *rest = call.args
            yield Replacement(call, with_changes(call, args=[condition, no, yes, *rest]))
