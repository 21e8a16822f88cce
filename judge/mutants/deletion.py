"""A statement left out, where what it changes was there before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement


def mutate(program: Program) -> Iterator[Replacement]:
    """Assignments to names that have a value already, and statements that are only executed.
    Without any other statement a program raises a NameError, which every case notices."""
    for function in program.functions():
        bound = {argument.arg for argument in function.args.args}
        inside = [s for s in program.statements() if program.function_of(s) is function]
        for statement in inside:
            names = _targets(statement)
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if called or (names and names <= bound):
                yield Replacement(statement, ast.Pass())
            bound |= names


def _targets(statement: ast.stmt) -> set[str]:
    """The names that an assignment binds; empty for other statements and other targets."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign):
        targets = [statement.target]
    else:
        return set()
    names: set[str] = set()
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            if isinstance(part, ast.Name):
                names.add(part.id)
    return names
