"""A cast left out: int(x), x.astype(t), jnp.float32(x) become x."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of

_CASTS = ("int", "float", "bool", "float16", "bfloat16", "float32", "float64", "int32", "int64")


def mutate(program: Program) -> Iterator[Replacement]:
    """Every cast once."""
    for node in program.expressions():
        if call := call_of(node, _CASTS):
            yield Replacement(call, call.args[0])
        elif (call := call_of(node, ("astype",))) and isinstance(call.func, ast.Attribute):
            yield Replacement(call, call.func.value)
