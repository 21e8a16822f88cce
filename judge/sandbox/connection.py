"""The orchestrator's end of one process: the channel, the streams, the limits, the end.

The wall clock, the CPU count, the caps on output and on answers are kept here, from outside.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic

from judge.answer import Ended, Ending
from judge.errors import SandboxUnavailable
from judge.sandbox import frames
from judge.sandbox.handle import Handle
from judge.sandbox.policy import Limits
from judge.sandbox.priority import give_way
from judge.sandbox.streams import Streams

_START_TIMEOUT_S = 60.0
_TICK_S = 0.05
_PROTOCOL_OVERHEAD = 8 << 20
_OUTPUT = "the output limit was reached"


class _Stopped(Exception):
    """The process is over; how."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.detail)
        self.ended = ended


@dataclass(frozen=True)
class Reply(Generic[frames.Header]):
    """What came of one request: a header unless nothing that could be read came, how the process
    ended if it did, and what it printed meanwhile."""

    header: frames.Header | None
    body: memoryview
    ended: Ended | None
    wall_ms: float
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Ends:
    """Both ends of what a process is reached by: its channel and what it prints. The other ends
    are closed by who gave them to the process."""

    channel: socket.socket
    stdout: int
    stderr: int
    its_channel: int
    its_stdout: int
    its_stderr: int

    @classmethod
    def open(cls) -> Ends:
        """Raises OSError where there are no descriptors left, and then leaves none open."""
        with contextlib.ExitStack() as made:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            made.callback(ours.close)
            made.callback(theirs.close)
            pipes = []
            for _ in range(2):
                pipes.append(os.pipe())
                made.callback(os.close, pipes[-1][0])
                made.callback(os.close, pipes[-1][1])
                os.set_blocking(pipes[-1][0], False)
            made.pop_all()
        (stdout, its_stdout), (stderr, its_stderr) = pipes
        return cls(ours, stdout, stderr, theirs.detach(), its_stdout, its_stderr)

    @property
    def given(self) -> tuple[int, int, int]:
        """Those of the process: channel, stdout, stderr."""
        return self.its_channel, self.its_stdout, self.its_stderr

    def close(self) -> None:
        """All six, of a process that was never started."""
        self.channel.close()
        for descriptor in (self.stdout, self.stderr, *self.given):
            os.close(descriptor)


class Connection:
    """Holds one process from before it can run a program to its end. From one thread."""

    device: str = ""

    def __init__(self, limits: Limits, ends: Ends, handle: Handle) -> None:
        self._limits = limits
        self._handle = handle
        self._channel = ends.channel
        self._streams = Streams(ends.stdout, ends.stderr, limits.output_kb << 10)
        self._ended: Ended | None = None
        self._closed = False

    def meet(self) -> None:
        """Takes hold of the process and waits until its backend is initialised. Raises
        SandboxUnavailable."""
        try:
            self._handle.meet(self._channel)
            give_way(self._handle.pid, self._limits.nice)
            hello = self._receive(frames.HelloHeader, _START_TIMEOUT_S, cpu=False)[0]
            self.device = hello.device
        except (OSError, _Stopped, frames.FrameError) as error:
            self._streams.drain()
            said = self._streams.take()[1] or self._handle.exit_status() or str(error)
            self.close()
            raise SandboxUnavailable(
                f"A process for programs could not be started: {said}"
            ) from error

    def exchange(
        self,
        model: type[frames.Header],
        header: dict[str, Any],
        blobs: Sequence[bytes | memoryview],
        wall_s: float | None = None,
    ) -> Reply[frames.Header]:
        """One request and its reply, within the limits; how the process ended where it did."""
        started = time.monotonic()
        answer, body, ended = None, memoryview(b""), None
        try:
            self._send(frames.pack(header, blobs))
            answer, body = self._receive(model, self._limits.wall_s if wall_s is None else wall_s)
        except _Stopped as stopped:
            ended = stopped.ended
        except frames.FrameError as error:
            ended = self.stop(Ending.PROTOCOL, str(error))
        wall_ms = _since(started)
        self._streams.drain()
        if ended is None and self._streams.exceeded:
            ended = self.stop(Ending.OUTPUT, _OUTPUT)
        stdout, stderr = self._streams.take()
        return Reply(answer, body, ended, wall_ms, stdout, stderr)

    @property
    def alive(self) -> bool:
        """Whether another request can be sent."""
        return self._ended is None and not self._closed

    @property
    def pid(self) -> int:
        """Of the process, in our pid namespace."""
        return self._handle.pid

    @property
    def running(self) -> bool:
        """Whether the process itself still runs, asked or not."""
        return self.alive and self._handle.running

    def stop(self, ending: Ending, detail: str, waited_s: float | None = 0.0) -> Ended:
        """Kills the process; how it ended from then on."""
        self._handle.kill()
        self._ended = Ended(ending, detail, waited_s)
        return self._ended

    def kill(self) -> None:
        """Kills the process and all that it started, without waiting for its end."""
        if self.alive:
            self.stop(Ending.CRASHED, "the process was ended by the judge")

    def close(self) -> None:
        """Kills the process and all that it started; leaves nothing open."""
        if self._closed:
            return
        self._closed = True
        self._handle.kill()
        self._channel.close()
        self._handle.close()
        self._streams.close()

    def _send(self, frame: bytes) -> None:
        """Sends a whole frame while reading what the process prints, within the wall clock."""
        deadline = time.monotonic() + self._limits.wall_s
        self._channel.setblocking(False)
        view = memoryview(frame)
        while view:
            self._wait(deadline, write=True)
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._gone() from None

    def _receive(self, model: Any, wall_s: float, *, cpu: bool = True) -> tuple[Any, memoryview]:
        self._channel.setblocking(False)
        deadline = time.monotonic() + wall_s
        cpu_deadline = self._cpu_deadline() if cpu else None
        limit = (self._limits.answer_mb << 20) + _PROTOCOL_OVERHEAD
        prefix = self._read_exactly(frames.LENGTHS.size, deadline, cpu_deadline)
        header_length, body_length = frames.unpack_lengths(bytes(prefix), limit)
        header = self._read_exactly(header_length, deadline, cpu_deadline)
        body = self._read_exactly(body_length, deadline, cpu_deadline)
        return frames.parse(model, bytes(header)), body

    def _cpu_deadline(self) -> float:
        """At how many seconds of its CPU time this request ends. What was computed since the last
        one counts for the run."""
        used = self._handle.cpu_seconds()
        if used > self._limits.run_cpu_s:
            raise _Stopped(self.stop(Ending.TIME, "the CPU-time limit of the run was reached"))
        return min(used + self._limits.cpu_s, self._limits.run_cpu_s)

    def _read_exactly(self, size: int, deadline: float, cpu_deadline: float | None) -> memoryview:
        """Grows with what has really come, so that a length alone claims no memory."""
        data = bytearray()
        while len(data) < size:
            self._wait(deadline, cpu_deadline)
            try:
                chunk = self._channel.recv(min(size - len(data), 1 << 20))
            except BlockingIOError:
                continue
            except OSError:
                chunk = b""
            if not chunk:
                raise self._gone()
            data += chunk
        return memoryview(data)

    def _wait(
        self, deadline: float, cpu_deadline: float | None = None, *, write: bool = False
    ) -> None:
        """Until the channel is ready; drains output and checks every limit meanwhile."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                waited = self._handle.waited_seconds()
                raise _Stopped(self.stop(Ending.TIME, "the wall-clock limit was reached", waited))
            reads: list[Any] = list(self._streams.readable)
            writes = [self._channel] if write else []
            reads += [] if write else [self._channel]
            ready, writable, _ = select.select(reads, writes, [], min(left, _TICK_S))
            self._streams.read(ready)
            if self._streams.exceeded:
                raise _Stopped(self.stop(Ending.OUTPUT, _OUTPUT))
            if self._channel in ready or writable:
                return
            if cpu_deadline is not None and self._handle.cpu_seconds() > cpu_deadline:
                raise _Stopped(self.stop(Ending.TIME, "the CPU-time limit was reached"))
            if self._handle.memory_exceeded():
                raise _Stopped(self.stop(Ending.MEMORY, "the memory limit was reached"))

    def _gone(self) -> _Stopped:
        """The channel was closed at the other end: for its memory, by a signal, or by leaving."""
        status = self._handle.exit_status()
        if self._handle.memory_exceeded():
            return _Stopped(self.stop(Ending.MEMORY, "the memory limit was reached"))
        if status is None:
            return _Stopped(self.stop(Ending.PROTOCOL, "the channel was closed by the program"))
        if not status.lstrip("-").isdigit():
            return _Stopped(self.stop(Ending.CRASHED, status))
        code = int(status)
        if code >= 0:
            detail = f"the process exited with code {code} without an answer"
            return _Stopped(self.stop(Ending.EXITED, detail))
        return _Stopped(self.stop(Ending.CRASHED, f"the process was killed by {_signal(-code)}"))


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 3)
