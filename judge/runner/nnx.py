"""Observes Flax NNX modules as they are constructed and called, by wrapping their classes.

An NNX module has its parameters from its construction on, so that is its initialisation. Its
path is its class and its number in the order of construction, ``Linear_0``; inside a
transformation it is another object, whose number is not known: its path is empty there.
A subclass is recorded by what its parent's methods do.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flax import nnx

from .calls import Call, Observer, array_or_none
from .transplant import Donor
from .wrapping import wrapped


@contextlib.contextmanager
def watching(observed: frozenset[str], observer: Observer, donor: Donor) -> Iterator[None]:
    """Context in which NNX classes with an observed name are wrapped; they are restored after."""
    watcher = _Watcher(observer, donor)
    with contextlib.ExitStack() as stack:
        for name in sorted(observed):
            kind = getattr(nnx, name, None)
            if isinstance(kind, type) and issubclass(kind, nnx.Module):
                stack.enter_context(wrapped(kind, "__init__", watcher.constructed))
                stack.enter_context(wrapped(kind, "__call__", watcher.called))
        yield


class _Watcher:
    def __init__(self, observer: Observer, donor: Donor) -> None:
        self._observer = observer
        self._donor = donor
        self._count: Counter[str] = Counter()
        # Holds the modules too: the id of one that is gone can come again.
        self._known: dict[int, tuple[nnx.Module, str]] = {}

    def constructed(self, kind: type, module: nnx.Module, *_: Any) -> None:
        path = f"{kind.__name__}_{self._count[kind.__name__]}"
        self._count[kind.__name__] += 1
        self._known[id(module)] = (module, path)
        for name, value in self._donor.take().items():
            getattr(module, name).set_value(value)
        self._record(kind, module, path, "init", None, None)

    def called(self, kind: type, module: nnx.Module, args: Any, kwargs: Any, made: Any) -> None:
        _, path = self._known.get(id(module), (module, ""))
        given = args[0] if args else next(iter(kwargs.values()), None)
        self._record(kind, module, path, "apply", array_or_none(given), array_or_none(made))

    def _record(
        self, kind: type, module: nnx.Module, path: str, phase: str, given: Any, made: Any
    ) -> None:
        params = _params(module)
        self._observer.record(Call(path, f"nnx.{kind.__name__}", phase, params, given, made))


def _params(module: nnx.Module) -> dict[str, Any]:
    """The module's own parameters by the names that linen gives to the same ones."""
    found = {}
    for name, value in sorted(vars(module).items()):
        if isinstance(value, nnx.Param) and (array := array_or_none(value.get_value())) is not None:
            found[name] = array
    return found
