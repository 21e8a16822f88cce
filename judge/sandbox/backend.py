"""What a sandbox back end offers: the judge knows no more of one than this.

``judge.sandbox.jail`` is the one there is (``judge.sandbox.unsafe`` behaves so, and isolates
nothing). Another (a virtual machine, a kernel in user space) has these methods, is constructed by
``judge.judge``, and passes the tests in
``tests/judge/sandbox/conformance.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from judge.answer import Answer
from judge.case import Transformation, Value
from judge.sandbox.policy import Limits
from judge.sandbox.process import Costed, Loaded


class Process(Protocol):
    """One isolated process, used for one submission and never again. From one thread.

    No method raises for anything that the program does: how it ended is in the answer, after which
    the process is not ``alive`` and takes no request.
    """

    @property
    def device(self) -> str:
        """What JAX says it computes on."""

    @property
    def alive(self) -> bool:
        """Whether another request can be sent."""

    @property
    def running(self) -> bool:
        """Whether the process itself still runs, asked or not."""

    def load(self, program: str, source: str, entry: str, parameters: Sequence[str]) -> Loaded:
        """Compiles and executes ``source`` and looks for its entry point."""

    def call(
        self,
        program: str,
        inputs: Mapping[str, Value],
        observe: Sequence[str] = (),
        transplant: Sequence[Mapping[str, np.ndarray]] = (),
        sown: Sequence[str] = (),
        wall_s: float | None = None,
    ) -> Answer:
        """Calls the entry point on one case, within the limits; with ``wall_s`` for no longer."""

    def transform(self, program: str, asked: Transformation, wall_s: float | None = None) -> Answer:
        """Calls the entry point under a transformation."""

    def cost(self, program: str, inputs: Mapping[str, Value], static: Sequence[str]) -> Costed:
        """Compiles the entry point whole and measures it."""

    def kill(self) -> None:
        """Kills it with all that it started. It takes no request from then on; ``close`` has still
        to come, and waits for its end."""

    def close(self) -> None:
        """Kills it with all that it started, and leaves nothing. More than once does no harm."""

    def __enter__(self) -> Process: ...

    def __exit__(self, *details: object) -> None: ...


class Backend(Protocol):
    """Makes processes. Thread-safe."""

    @property
    def versions(self) -> dict[str, str]:
        """Of the libraries that programs run with."""

    @property
    def alive(self) -> bool:
        """Whether it can still make one."""

    def spawn(self, limits: Limits, *, x64: bool = False) -> Process:
        """A fresh process with its JAX ready. Raises SandboxUnavailable."""

    def close(self) -> None:
        """Ends every process with it."""
