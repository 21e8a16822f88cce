"""A function that is applied elementwise, left out: relu(x) becomes x."""

from __future__ import annotations

from collections.abc import Iterator

from judge.mutants.mutant import Program, Replacement, call_of

_APPLIED = (
    "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "celu", "glu",
    "tanh", "sigmoid", "log_sigmoid", "hard_tanh", "softplus", "soft_sign", "softmax",
    "log_softmax", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "square", "abs", "absolute",
    "negative", "reciprocal", "logsumexp", "clip", "stop_gradient",
)  # fmt: skip


def mutate(program: Program) -> Iterator[Replacement]:
    """Every application once."""
    for node in program.expressions():
        if call := call_of(node, _APPLIED):
            yield Replacement(call, call.args[0])
