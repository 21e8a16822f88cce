"""One sandboxed process as the orchestrator uses it: what it can be asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from judge.answer import Answer, Ended, Ending, Raised
from judge.case import Transformation, Value
from judge.sandbox import frames
from judge.sandbox.connection import Connection


@dataclass(frozen=True)
class Loaded:
    """The outcome of a load: exactly nothing, a failure of the program, or the process's end."""

    failure: frames.LoadFailure | None
    ended: Ended | None
    wall_ms: float
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True)
class Costed:
    """The outcome of a measurement: figures, or the exception that kept the program from being
    compiled, or the process's end. The figures are what the process says of itself."""

    measured: frames.Measured | None
    raised: Raised | None
    ended: Ended | None


class SandboxedProcess:
    """A single-use isolated process. Use from one thread; ``close`` ends it, whatever its state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meet(self) -> None:
        """Waits until it is isolated and its backend initialised. Raises SandboxUnavailable."""
        self._connection.meet()

    def load(self, program: str, source: str, entry: str, parameters: Sequence[str]) -> Loaded:
        """Has the process compile and execute ``source`` and look for its entry point."""
        header = {
            "op": "load",
            "program": program,
            "entry": entry,
            "parameters": list(parameters),
        }
        # Python reads a file that begins with a byte order mark, and compiles no text that does.
        blob = source.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
        reply = self._connection.exchange(frames.LoadHeader, header, [blob])
        failure = reply.header.failed if reply.header is not None else None
        return Loaded(failure, reply.ended, reply.wall_ms, reply.stdout, reply.stderr)

    def call(
        self,
        program: str,
        inputs: Mapping[str, Value],
        observe: Sequence[str] = (),
        transplant: Sequence[Mapping[str, np.ndarray]] = (),
        sown: Sequence[str] = (),
        wall_s: float | None = None,
    ) -> Answer:
        """Calls the entry point on one case and waits for its answer, within the limits; with
        ``wall_s`` for no longer than that.
        ``transplant``: by layer, the initial parameters that the observed modules shall hold in
        place of those that they draw. Only ever of a reference runner. ``sown``: names under which
        intermediates are recorded."""
        specs, blobs = _described(inputs)
        donated = [_described(params) for params in transplant]
        header = {
            "op": "call",
            "program": program,
            "inputs": specs,
            "observe": list(observe),
            "sown": list(sown),
            "transplant": [layer for layer, _ in donated],
        }
        more = [blob for _, given in donated for blob in given]
        return self._answer(header, [*blobs, *more], wall_s)

    def transform(self, program: str, asked: Transformation, wall_s: float | None = None) -> Answer:
        """Has the entry point transformed and called on one case, within the limits of a case; with
        ``wall_s`` for no longer than that."""
        specs, blobs = _described(asked.inputs)
        others, more = _described(asked.others)
        header = {
            "op": "transform",
            "program": program,
            "name": asked.name,
            "static": list(asked.static),
            "wrt": list(asked.wrt),
            "inputs": specs,
            "others": others,
        }
        return self._answer(header, blobs + more, wall_s)

    def cost(self, program: str, inputs: Mapping[str, Value], static: Sequence[str]) -> Costed:
        """Has the entry point compiled whole and measured on one case, within its limits."""
        specs, blobs = _described(inputs)
        header = {"op": "cost", "program": program, "inputs": specs, "static": list(static)}
        reply = self._connection.exchange(frames.CostHeader, header, blobs)
        if reply.header is None:
            return Costed(None, None, reply.ended)
        measured = reply.header.cost if reply.ended is None else None
        return Costed(measured, frames.raised(reply.header.raised), reply.ended)

    @property
    def device(self) -> str:
        """What JAX says it computes on."""
        return self._connection.device

    @property
    def alive(self) -> bool:
        """Whether another request can be sent."""
        return self._connection.alive

    @property
    def running(self) -> bool:
        """Whether the process itself still runs, asked or not."""
        return self._connection.running

    @property
    def pid(self) -> int:
        """Of the isolated process, in our pid namespace."""
        return self._connection.pid

    def kill(self) -> None:
        """Kills the process and all that it started, without waiting for its end."""
        self._connection.kill()

    def close(self) -> None:
        """Kills the process and all that it started; leaves nothing open."""
        self._connection.close()

    def __enter__(self) -> SandboxedProcess:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _answer(
        self,
        header: dict[str, Any],
        blobs: Sequence[bytes | memoryview],
        wall_s: float | None = None,
    ) -> Answer:
        reply = self._connection.exchange(frames.AnswerHeader, header, blobs, wall_s)
        ended = reply.ended
        if ended is None and reply.header is not None:
            try:
                output, refusal, raised, trace = frames.unpack_answer(reply.header, reply.body)
            except frames.FrameError as error:
                ended = self._connection.stop(Ending.PROTOCOL, str(error))
            else:
                return Answer(
                    reply.wall_ms,
                    output=output,
                    refusal=refusal,
                    raised=raised,
                    trace=trace,
                    stdout=reply.stdout,
                    stderr=reply.stderr,
                )
        return Answer(reply.wall_ms, ended=ended, stdout=reply.stdout, stderr=reply.stderr)


def _described(inputs: Mapping[str, Value]) -> tuple[list[dict[str, Any]], list[memoryview]]:
    specs: list[dict[str, Any]] = []
    blobs = []
    for name, value in inputs.items():
        if isinstance(value, np.ndarray):
            specs.append({"name": name, "dtype": value.dtype.name, "shape": list(value.shape)})
            blobs.append(np.ascontiguousarray(value).reshape(-1).view(np.uint8).data)
        else:
            specs.append({"name": name, "value": value})
    return specs, blobs
