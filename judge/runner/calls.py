"""One call of an observed module, of whichever of Flax's module systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import jax
import numpy as np


@dataclass(frozen=True)
class Call:
    """Values are arrays or, under a transformation, tracers. ``phase`` is ``init``, ``apply``
    or, for a sown value (``path`` its name, ``made`` the value), ``sown``; ``given`` and ``made``
    are None where they are not one array."""

    path: str
    cls: str
    phase: str
    params: dict[str, Any]
    given: Any
    made: Any

    def about(self) -> dict[str, str]:
        """What is known of it before it has run."""
        return {"path": self.path, "cls": self.cls, "phase": self.phase}

    def traced(self) -> bool:
        """Whether its values are only known when the program runs that is being traced."""
        values = (*self.params.values(), self.given, self.made)
        return any(isinstance(value, jax.core.Tracer) for value in values)


class Observer(Protocol):
    """Who is told of calls, and of the paths of parameters that an ``apply`` was given."""

    def record(self, call: Call) -> None: ...

    def hand_in(self, paths: set[str]) -> None: ...


def array_or_none(value: Any) -> Any:
    """The value if it is an array, traced or not."""
    return value if isinstance(value, jax.Array | np.ndarray) else None
