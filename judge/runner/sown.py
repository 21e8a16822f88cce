"""Observes what modules of linen and NNX sow as intermediates, by wrapping their ``sow``.

Flax's interceptors see the methods of a program's own classes only, and a value counts as sown
whether or not anybody asked for the collection.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import flax.linen as nn
from flax import nnx

from .calls import Call, Observer, array_or_none
from .wrapping import wrapped

PHASE = "sown"
_COLLECTION = "intermediates"
# What linen and NNX call the first parameter where it is given by name.
_COLLECTION_KEYS = ("collection", "col", "variable_type")


@contextlib.contextmanager
def watching(names: frozenset[str], observer: Observer) -> Iterator[None]:
    """Context in which values sown under one of the names are recorded; nothing is wrapped where
    there is no name. A value sown while linen initialises does not count."""

    def after(kind: type, module: Any, args: Any, kwargs: Any, _: Any) -> None:
        given = dict(zip(("collection", "name", "value"), args, strict=False)) | kwargs
        collection = next((given[key] for key in _COLLECTION_KEYS if key in given), None)
        name = given.get("name")
        if not isinstance(name, str) or name not in names or not _intermediate(collection):
            return
        if kind is nn.Module and module.is_initializing():
            return
        value = array_or_none(given.get("value"))
        observer.record(Call(name, kind.__name__, PHASE, {}, None, value))

    with contextlib.ExitStack() as stack:
        for kind in (nn.Module, nnx.Module) if names else ():
            stack.enter_context(wrapped(kind, "sow", after))
        yield


def _intermediate(collection: Any) -> bool:
    """Whether it is the collection of intermediates, by linen's name or NNX's type."""
    return collection == _COLLECTION or collection is nnx.Intermediate
