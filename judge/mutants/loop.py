"""One round of a loop, so often one layer, more or less."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of, with_changes


def mutate(program: Program) -> Iterator[Replacement]:
    """The end of every range one less and one more; a sequence that is looped over without its
    first, and without its last element."""
    for node in program.expressions():
        if call := call_of(node, ("range",)):
            place = min(1, len(call.args) - 1)
            for operator in (ast.Sub(), ast.Add()):
                end = ast.BinOp(call.args[place], operator, ast.Constant(1))
                args = [*call.args[:place], end, *call.args[place + 1 :]]
                yield Replacement(call, with_changes(call, args=args))
    for loop in program.statements():
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Name | ast.Attribute):
            for part in (
                ast.Slice(lower=ast.Constant(1)),
                ast.Slice(upper=ast.UnaryOp(ast.USub(), ast.Constant(1))),
            ):
                yield Replacement(loop.iter, ast.Subscript(loop.iter, part, ast.Load()))
