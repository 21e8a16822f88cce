"""Ways into what JAX and Flax do inside."""

from __future__ import annotations

import contextlib
import functools
import types
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


def code_in(function: Any, name: str) -> types.CodeType | None:
    """The code of the one function of that name in another; None where there is not just one."""
    found = [each for each in function.__code__.co_consts if getattr(each, "co_name", "") == name]
    return found[0] if len(found) == 1 else None
