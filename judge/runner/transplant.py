"""Runs a reference with initial parameters that were sent in place of those that it would draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import jax
import jax._src.core
import jax.numpy as jnp

from . import frames

Result = TypeVar("Result")
Layer = dict[str, jax.Array]


class Donor:
    """Gives the parameters of the sent layers, in order, to the modules that are initialised; from
    the first again where a model is initialised once more."""

    def __init__(self, specs: list[list[dict[str, Any]]], body: memoryview) -> None:
        self._layers: list[Layer] = []
        for layer in specs:
            values: Layer = {}
            for spec in layer:
                array, body = frames.take(spec, body)
                values[spec["name"]] = jnp.asarray(array)
            self._layers.append(values)
        self._taken = 0
        self._staged = False

    def take(self) -> Mapping[str, jax.Array]:
        """What the next observed module that is initialised shall hold; nothing where no
        parameters were sent."""
        if not self._layers:
            return {}
        self._staged |= not jax._src.core.trace_state_clean()
        self._taken += 1
        return self._layers[(self._taken - 1) % len(self._layers)]

    def around(self, attempt: Callable[[], Result]) -> Result:
        """The result of ``attempt``, in which every sent layer was taken if the program does
        initialise that many. A jit cache that was warm would hold the program's own parameters,
        and one that is left behind would hold the sent ones: such caches are cleared."""
        result = attempt()
        if self._taken < len(self._layers):
            jax.clear_caches()
            self._taken = 0
            result = attempt()
        if self._staged:
            jax.clear_caches()
        return result
