"""An input that the program does not look at."""

from __future__ import annotations

from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement


def mutate(program: Program) -> Iterator[Replacement]:
    """Every input once: all its values become zero."""
    for given in program.spec.inputs:
        yield program.at_the_start(f"{given.name} = 0 * {given.name}")
