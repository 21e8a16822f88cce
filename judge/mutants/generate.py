"""The mutants of a reference: every operator's, without repeats, at most a number of them."""

from __future__ import annotations

import ast
from itertools import zip_longest

from judge.mutants import (
    activation,
    axis,
    cast,
    comparison,
    constant,
    deletion,
    epsilon,
    index,
    input,
    intermediate,
    key,
    keyword,
    loop,
    operator,
    precision,
    reduction,
    transpose,
)
from judge.mutants.mutant import Mutant, Operator, Program
from judge.spec import ProblemSpec

LIMIT = 60

# What is more of a learner's mistake comes first: of equal mutants the first one's name stays.
OPERATORS: dict[str, Operator] = {
    "axis": axis.mutate,
    "epsilon": epsilon.mutate,
    "cast": cast.mutate,
    "key": key.mutate,
    "loop": loop.mutate,
    "activation": activation.mutate,
    "precision": precision.mutate,
    "input": input.mutate,
    "index": index.mutate,
    "transpose": transpose.mutate,
    "reduction": reduction.mutate,
    "operator": operator.mutate,
    "comparison": comparison.mutate,
    "deletion": deletion.mutate,
    "keyword": keyword.mutate,
    "intermediate": intermediate.mutate,
    "constant": constant.mutate,
}


def mutants(source: str, spec: ProblemSpec, limit: int = LIMIT) -> tuple[Mutant, ...]:
    """Variants of the reference ``source``, in the order of the operators; a pure function.

    Each operator numbers its own from 1 before any is left out. Left out are those equal to the
    original or to an earlier one, those that are not Python, and over ``limit`` the last of the
    operators that have most.
    """
    program = Program(source, spec)
    seen = {ast.dump(program.tree)}
    found: list[list[Mutant]] = []
    for name, mutate in OPERATORS.items():
        own: list[Mutant] = []
        for number, replacement in enumerate(mutate(program), start=1):
            mutant = program.mutated(name, number, replacement)
            shape = _shape(mutant.source)
            if shape is not None and shape not in seen:
                seen.add(shape)
                own.append(mutant)
        found.append(own)
    rounds = [m for layer in zip_longest(*found) for m in layer if m is not None]
    kept = {mutant.name for mutant in rounds[:limit]}
    return tuple(mutant for own in found for mutant in own if mutant.name in kept)


def _shape(source: str) -> str | None:
    """The program without its places and its spelling; None where it does not compile."""
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return None
