"""Hands values out of a program that is being traced, when it runs, under any transformation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap

Receive = Callable[[int, int, Any, Any, Any], None]


def stage(
    receive: Receive, params: dict[str, Any], given: Any, made: Any, axes: int = 0, rows: int = 1
) -> None:
    """Has the traced program call ``receive(axes, rows, params, given, made)`` with concrete values
    each time it runs.

    Under vmap it is called once with all rows: ``given`` and ``made`` (either may be None) have as
    many leading axes as vmaps were nested, of ``rows`` elements in all; of mapped parameters the
    first row is given. A callback by itself would be compiled once for each row.
    """

    @custom_vmap
    def hand_out(params: Any, given: Any, made: Any) -> tuple[()]:
        jax.debug.callback(lambda *values: receive(axes, rows, *values), params, given, made)
        return ()

    @hand_out.def_vmap
    def _mapped(size: int, mapped: Any, params: Any, given: Any, made: Any) -> Any:
        first = {name: value[0] if mapped[0][name] else value for name, value in params.items()}
        given, made = (
            value if value is None or is_mapped else jnp.broadcast_to(value, (size, *value.shape))
            for value, is_mapped in zip((given, made), mapped[1:], strict=True)
        )
        stage(receive, first, given, made, axes + 1, rows * size)
        return (), ()

    # What is watched has no gradient of its own; custom_vmap could not be transposed.
    hand_out(*jax.tree.map(jax.lax.stop_gradient, (params, given, made)))
