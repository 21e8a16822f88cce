"""Applies a transformation to a loaded program's entry point, on the inputs of one case.

The value that the transformed function returns is encoded like a call's. What it should have been
is not known here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

Entry = Callable[..., Any]
Inputs = dict[str, Any]


def apply(entry: Entry, request: dict[str, Any], inputs: Inputs, others: Inputs) -> Any:
    """The value of ``entry`` under the transformation that ``request`` names. Raises what the
    program or JAX raises."""
    name = request["name"]
    if name == "jit":
        return jitted(entry, inputs, request["static"])(*traced(inputs, request["static"]))
    if name == "compiled":
        constant = tuple((given, inputs[given]) for given in request["static"])
        return _compiled(entry, constant)(*traced(inputs, request["static"]))
    if name == "vmap":
        return _mapped(entry, inputs, others)
    if name == "grad":
        return _gradient(entry, inputs, request["wrt"], list(others.values()))
    with _CHECKS[name]():
        return entry(**inputs)


def jitted(entry: Entry, inputs: Inputs, static: list[str]) -> Any:
    """The jitted entry point as a function of a dict of the inputs that are not static; those are
    Python values of the closure, as they are in a plain call."""
    constant = {name: inputs[name] for name in static}
    return jax.jit(lambda arguments: entry(**arguments, **constant))


@lru_cache(maxsize=4)
def _compiled(entry: Entry, constant: tuple[tuple[str, Any], ...]) -> Any:
    """The jitted entry point, kept, so that many cases of one shape are compiled for once."""
    return jitted(entry, dict(constant), [name for name, _ in constant])


def traced(inputs: Inputs, static: list[str]) -> tuple[Inputs]:
    """The arguments of the jitted entry point."""
    return ({name: value for name, value in inputs.items() if name not in static},)


def _mapped(entry: Entry, inputs: Inputs, others: Inputs) -> Any:
    """``vmap`` over two rows: the case's arrays and ``others``; scalars are closed over."""
    constant = {name: value for name, value in inputs.items() if name not in others}
    rows = {name: jnp.stack([inputs[name], others[name]]) for name in others}
    return jax.vmap(lambda arguments: entry(**arguments, **constant))(rows)


def _gradient(entry: Entry, inputs: Inputs, wrt: list[str], projection: list[Any]) -> Any:
    """The gradient, by input name, of the sum of the output's inexact leaves, each multiplied by
    its projection; of a complex sum the real part."""
    constant = {name: value for name, value in inputs.items() if name not in wrt}

    def projected(arguments: Inputs) -> Any:
        leaves = jax.tree.leaves(entry(**arguments, **constant))
        inexact = [a for a in map(jnp.asarray, leaves) if jnp.issubdtype(a.dtype, jnp.inexact)]
        return sum(
            jnp.sum(leaf * weights).real for leaf, weights in zip(inexact, projection, strict=True)
        )

    return jax.grad(projected)({name: inputs[name] for name in wrt})


_CHECKS: dict[str, Callable[[], contextlib.AbstractContextManager[Any]]] = {
    "key_reuse": lambda: jax.debug_key_reuse(True),
    "rank_promotion": lambda: jax.numpy_rank_promotion("raise"),
    "dtype_promotion": lambda: jax.numpy_dtype_promotion("strict"),
}
