"""Remembers the shapes that Flax finds where it checks parameters and keys.

Whenever a linen module is applied, Flax traces the initializer of each of its parameters to see
whether that would give the shape which the parameter has, and whenever it is given an old-style
key, how such keys are made. That took 40 % of the time of a program that compiles nothing itself.
JAX's own initializers are pure: what one gave once it gives again, for the same arguments and under
the same configuration. Whatever else is asked for is traced as ever.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import jax
from flax.core import scope
from jax._src import config

from .library_names import Foreign, Names
from .wrapping import code_in

_MOST = 4096


def keep() -> bool:
    """Has Flax find each shape once from now on. False where this Flax is not built as that needs;
    then nothing is changed."""
    of_parameters = code_in(scope.Scope.param, "<lambda>")
    of_keys = code_in(scope._is_valid_rng, "<lambda>")
    as_expected = (
        scope.jax is jax
        and of_parameters is not None
        and of_parameters.co_freevars == ("init_args", "init_fn", "init_kwargs")
        and of_keys is not None
        and not of_keys.co_freevars
    )
    if as_expected:
        scope.jax = _Jax(of_parameters, of_keys)
    return as_expected


class _Jax(types.ModuleType):
    """JAX as ``flax.core.scope`` sees it: all is its own but ``eval_shape``."""

    def __init__(self, of_parameters: Any, of_keys: Any) -> None:
        super().__init__("jax")
        self._of_parameters = of_parameters
        self._of_keys = of_keys
        self._names = Names()
        self._found: dict[tuple[str, Any], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(jax, name)

    def eval_shape(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What ``jax.eval_shape`` says, or said of the same before."""
        asked = self._asked(function)
        if asked is None:
            return jax.eval_shape(function, *args, **kwargs)
        key = asked, config.trace_context()
        if key not in self._found:
            if len(self._found) >= _MOST:
                self._found.clear()
            self._found[key] = jax.eval_shape(function, *args, **kwargs)
        return self._found[key]

    def _asked(self, function: Any) -> str | None:
        """What tells one check from others; None for what is no check, and for a check whose answer
        may be another the next time."""
        if function.__code__ is self._of_keys:
            return "key"
        if function.__code__ is not self._of_parameters:
            return None
        given, initializer, named = (cell.cell_contents for cell in function.__closure__)
        try:
            initializer = self._names.of_function(initializer)
            return f"{initializer!r} {self._names.of_value((given, named))!r}"
        except Foreign:
            return None
