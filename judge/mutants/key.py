"""Randomness gone wrong: the seed ignored, a key used twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of, with_changes


def mutate(program: Program) -> Iterator[Replacement]:
    """``key(seed)`` with a constant; ``split(key, n)`` giving the same key n times;
    ``fold_in(key, i)`` giving the key itself."""
    for node in program.expressions():
        if call := call_of(node, ("PRNGKey", "key")):
            yield Replacement(call, with_changes(call, args=[ast.Constant(0), *call.args[1:]]))
        elif call := call_of(node, ("split",)):
            if not ast.unparse(call.func).endswith("random.split"):
                continue
            number = call.args[1] if len(call.args) > 1 else ast.Constant(2)
            same = ast.List([call.args[0]], ast.Load())
            yield Replacement(call, ast.BinOp(same, ast.Mult(), number))
        elif call := call_of(node, ("fold_in",)):
            yield Replacement(call, call.args[0])
