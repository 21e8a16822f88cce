"""Says why a program cannot be traced, from the error that JAX raised for it."""

from __future__ import annotations

from judge.answer import Raised

_CODE_LIMIT = 80

# By the class of the error: what the line does, and what would be right.
_ERRORS = {
    "jax.errors.TracerBoolConversionError": (
        "decides in Python on a value that is not known while the program is traced",
        "Use jnp.where, jax.lax.cond or jax.lax.while_loop.",
    ),
    "jax.errors.TracerArrayConversionError": (
        "hands a traced array to NumPy, which needs its values",
        "Use jax.numpy.",
    ),
    "jax.errors.TracerIntegerConversionError": (
        "uses a traced value as a Python integer (an index, a length, a range)",
        "Take it from a shape, or use jax.lax.dynamic_index_in_dim or jax.lax.fori_loop.",
    ),
    "jax.errors.ConcretizationTypeError": (
        "needs a number where there is only a traced value",
        "Keep it an array: no float(), int() or .item(), and no shape that depends on it.",
    ),
    "jax.errors.NonConcreteBooleanIndexError": (
        "selects by a traced mask, so that the shape would depend on values",
        "Use jnp.where with three arguments.",
    ),
    "jax.errors.UnexpectedTracerError": (
        "uses a traced value that outlived the transformation which made it",
        "Return it from the function instead of keeping it in a variable outside.",
    ),
}


def not_traceable(under: str, raised: Raised, source: str) -> str | None:
    """A sentence with the line of the program that cannot be traced, for example with ``under``
    "Under jax.jit"; None where the error is of another kind."""
    if raised.type_name not in _ERRORS:
        return None
    what, instead = _ERRORS[raised.type_name]
    return f"{under}, {_where(raised.line, source)} {what}. {instead}"


def _where(line: int | None, source: str) -> str:
    """The line as a subject. Its number was said by the sandbox: it may be any."""
    lines = source.splitlines()
    if line is None or not 0 < line <= len(lines):
        return "the program"
    code = lines[line - 1].strip().replace("`", "'")
    shown = code if len(code) <= _CODE_LIMIT else code[:_CODE_LIMIT] + "…"
    return f"line {line} `{shown}`"
