"""Has a method of a class of Flax tell of each of its calls, for a while."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def wrapped(kind: type, name: str, after: Any) -> Iterator[None]:
    """The method of that name tells ``after(kind, self, args, kwargs, made)`` of each of its calls
    once it has returned."""
    original = getattr(kind, name)
    inherited = name not in vars(kind)

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = original(self, *args, **kwargs)
        after(kind, self, args, kwargs, made)
        return made

    setattr(kind, name, method)
    try:
        yield
    finally:
        if inherited:
            delattr(kind, name)
        else:
            setattr(kind, name, original)
