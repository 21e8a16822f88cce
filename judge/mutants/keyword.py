"""An argument that was given by its name, left out, so that its default holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, with_changes


def mutate(program: Program) -> Iterator[Replacement]:
    """Every keyword argument of every call once."""
    for node in program.expressions():
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                others = [other for other in node.keywords if other is not keyword]
                yield Replacement(node, with_changes(node, keywords=others))
