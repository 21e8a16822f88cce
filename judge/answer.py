"""What comes back from a sandbox for one case: the output, the trace, or why there is neither.

Everything here was said by hostile code and has only been decoded, never believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np


class LeafKind(StrEnum):
    """What the program returned at a leaf."""

    JAX = "jax"
    NUMPY = "numpy"
    NUMPY_SCALAR = "numpy_scalar"
    PYTHON_SCALAR = "python_scalar"


@dataclass(frozen=True)
class Leaf:
    """One leaf of an output: its path as ``jax.tree_util.keystr`` prints it (empty for a bare
    array), its value (shape and dtype as returned, extension dtypes by ml_dtypes), what it was."""

    path: str
    value: np.ndarray
    kind: LeafKind
    weak_type: bool = False


@dataclass(frozen=True)
class Output:
    """A returned pytree: ``structure`` as ``str(treedef)`` prints it, and the leaves in order."""

    structure: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Refusal:
    """Something that the program returned and that does not count as an answer: the path, the
    type's name, and why (for example a leaked tracer)."""

    path: str
    type_name: str
    why: str


@dataclass(frozen=True)
class Layer:
    """One module call as observed: module path (for example ``Dense_0``), class name, parameters
    by name, first positional input and output (None where it was not a single array).
    ``phase`` is ``init`` or ``apply``. ``rows`` above 1 says that the call was mapped (vmap): input
    and output are then stacked along a new first axis, in no particular order."""

    path: str
    cls: str
    phase: str
    params: dict[str, np.ndarray]
    input: np.ndarray | None
    output: np.ndarray | None
    rows: int = 1


@dataclass(frozen=True)
class Sown:
    """One value that a module sowed as an intermediate: under which name, and what (None where it
    was not a single array). ``rows`` as of a layer: with more than one, the value is stacked."""

    name: str
    value: np.ndarray | None
    rows: int = 1


@dataclass(frozen=True)
class Trace:
    """The module calls of one case in the order in which they happened. ``complete`` is False
    where a limit cut it short; ``unused`` names parameters (``Dense_3/kernel``) that were handed to
    ``apply`` and that no observed module holds; ``sown`` holds the values sown under the names that
    the package declares, likewise in order."""

    layers: tuple[Layer, ...] = ()
    complete: bool = True
    unused: tuple[str, ...] = ()
    sown: tuple[Sown, ...] = ()

    def applied(self) -> tuple[Layer, ...]:
        """The calls that were not initialisation."""
        return tuple(layer for layer in self.layers if layer.phase == "apply")

    def initialised(self) -> tuple[Layer, ...]:
        """The calls made while parameters were being initialised."""
        return tuple(layer for layer in self.layers if layer.phase == "init")


@dataclass(frozen=True)
class Raised:
    """An exception of the program: type name with its module, message, the traceback with only
    the frames that a learner can act on, and the line of the program's own last frame."""

    type_name: str
    message: str
    traceback: str
    line: int | None = None


class Ending(StrEnum):
    """How a sandboxed process ended a request other than by answering it."""

    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    ANSWERS = "answers"
    EXITED = "exited"
    CRASHED = "crashed"
    PROTOCOL = "protocol"


@dataclass(frozen=True)
class Ended:
    """The process is gone: how, and in words (for example ``killed by SIGSEGV``). ``waited_s``: of
    one that was late by the wall clock, the seconds that its threads had waited for a core, None
    where the system does not tell."""

    ending: Ending
    detail: str
    waited_s: float | None = 0.0


@dataclass(frozen=True)
class Answer:
    """One case's answer. Exactly one of ``output``, ``refusal``, ``raised``, ``ended`` is set.
    ``wall_ms`` is the orchestrator's clock; stdout and stderr are capped text."""

    wall_ms: float
    output: Output | None = None
    refusal: Refusal | None = None
    raised: Raised | None = None
    ended: Ended | None = None
    trace: Trace = field(default_factory=Trace)
    stdout: str = ""
    stderr: str = ""

    @property
    def nbytes(self) -> int:
        """The bytes of all its arrays."""
        arrays = [leaf.value for leaf in self.output.leaves] if self.output else []
        for layer in self.trace.layers:
            arrays += [
                *layer.params.values(),
                *(a for a in (layer.input, layer.output) if a is not None),
            ]
        arrays += [sown.value for sown in self.trace.sown if sown.value is not None]
        return sum(array.nbytes for array in arrays)
