"""What was computed on the way, returned in place of the result."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, with_changes


def mutate(program: Program) -> Iterator[Replacement]:
    """At every return, each name that was assigned before it, and the arguments of what is
    computed in the return itself."""
    for function in program.functions():
        assigned: list[str] = []
        for statement in program.statements():
            if program.function_of(statement) is not function:
                continue
            if isinstance(statement, ast.Assign):
                names = [t.id for t in statement.targets if isinstance(t, ast.Name)]
                assigned += [name for name in names if name not in assigned]
            elif isinstance(statement, ast.Return) and statement.value is not None:
                parts = [ast.Name(name, ast.Load()) for name in assigned]
                for part in [*parts, *_parts(statement.value)]:
                    yield Replacement(statement, with_changes(statement, value=part))


def _parts(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.BinOp):
        return [value.left, value.right]
    return list(value.args) if isinstance(value, ast.Call) else []
