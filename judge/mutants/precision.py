"""Values that went through 16 bits on their way: in the result, or in one of the inputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, parsed, with_changes
from judge.spec import ArrayInput, DType

_WIDER = (DType.FLOAT32, DType.FLOAT64)
_NARROW = ("float16", "bfloat16")
_ROUND_TRIP = (
    "__import__('jax').tree.map(lambda leaf: leaf.astype({dtype!r}).astype(leaf.dtype)"
    " if leaf.dtype.kind == 'f' else leaf, {value})"
)


def mutate(program: Program) -> Iterator[Replacement]:
    """Each return of the entry point in float16 and in bfloat16 and back, then each array input."""
    if program.spec.output.dtype in (*_WIDER, None):
        for node in program.statements():
            if program.function_of(node) is program.entry and isinstance(node, ast.Return):
                for dtype in _NARROW if node.value is not None else ():
                    text = _ROUND_TRIP.format(dtype=dtype, value=ast.unparse(node.value or node))
                    yield Replacement(node, with_changes(node, value=parsed(text)))
    for given in program.spec.inputs:
        if isinstance(given, ArrayInput) and given.dtype in _WIDER:
            for dtype in _NARROW:
                value = f"{given.name}.astype({dtype!r}).astype({given.dtype.value!r})"
                yield program.at_the_start(f"{given.name} = {value}")
