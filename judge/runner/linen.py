"""Observes Flax linen modules as they are called, through Flax's own interceptors.

A model that the program applies in a thread of its own is not seen, since Flax keeps interceptors
per thread.
"""

from __future__ import annotations

import contextlib
from typing import Any

import flax.linen as nn
import flax.traverse_util

from .calls import Call, Observer, array_or_none
from .transplant import Donor


def watching(
    observed: frozenset[str], observer: Observer, donor: Donor
) -> contextlib.AbstractContextManager[Any]:
    """Context in which calls of linen classes with an observed name are recorded."""
    return nn.intercept_methods(_Interceptor(observed, observer, donor))  # type: ignore[no-any-return]


class _Interceptor:
    def __init__(self, observed: frozenset[str], observer: Observer, donor: Donor) -> None:
        self._observed = observed
        self._observer = observer
        self._donor = donor
        self._open: set[tuple[str, ...]] = set()
        # Of the ``apply`` whose parameters were handed in last: each of its layers has the same.
        self._root: Any = None

    def __call__(self, call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        module = context.module
        observed = self._observed_class(type(module))
        if context.method_name != "__call__" or observed is None or module.path in self._open:
            return call(*args, **kwargs)
        initialising = module.is_initializing()
        if initialising:
            for name, value in self._donor.take().items():
                module.scope.put_variable("params", name, value)
        # A subclass that calls its parent's __call__ is one layer, judged by what it returns.
        self._open.add(module.path)
        try:
            made = call(*args, **kwargs)
        finally:
            self._open.discard(module.path)
        root = getattr(module.scope, "root", None)
        if not initialising and root is not self._root:
            self._root = root
            self._observer.hand_in(_all_parameters(module))
        given = args[0] if args else next(iter(kwargs.values()), None)
        # What a layer computes while it is initialised goes nowhere, and need not be compiled.
        self._observer.record(
            Call(
                path="/".join(module.path),
                cls=observed,
                phase="init" if initialising else "apply",
                params=_params(module),
                given=None if initialising else array_or_none(given),
                made=None if initialising else array_or_none(made),
            )
        )
        return made

    def _observed_class(self, kind: type) -> str | None:
        """The name of the observed Flax class that ``kind`` is or extends."""
        for base in kind.__mro__:
            if base.__name__ in self._observed and base.__module__.startswith("flax.linen"):
                return base.__name__
        return None


def _params(module: nn.Module) -> dict[str, Any]:
    found = module.variables.get("params", {})
    return {name: found[name] for name in sorted(found) if array_or_none(found[name]) is not None}


def _all_parameters(module: nn.Module) -> set[str]:
    """Paths of all parameters that the outermost ``apply`` was given."""
    try:
        variables = module.scope.root.variables().get("params", {})
        return set(flax.traverse_util.flatten_dict(variables, sep="/"))
    except Exception:
        return set()
