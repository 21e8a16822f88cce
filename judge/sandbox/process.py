"""One sandboxed process as the orchestrator holds it: requests, answers, limits, the end of it.

The wall clock, the CPU count, the caps on output and on answers are kept here, from outside.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

import numpy as np

from judge.answer import Answer, Ended, Ending, Raised
from judge.case import Transformation, Value
from judge.errors import SandboxUnavailable
from judge.sandbox import frames
from judge.sandbox.cgroup import Group
from judge.sandbox.policy import Limits

_CREDENTIALS = struct.Struct("3i")
_MEET_TIMEOUT_S = 30.0
_START_TIMEOUT_S = 60.0
_TICK_S = 0.05
_ENDING_TIMEOUT_S = 1.0
_PROTOCOL_OVERHEAD = 8 << 20
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class _Stopped(Exception):
    """The process is over; how."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.detail)
        self.ended = ended


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


@dataclass(frozen=True)
class _Reply(Generic[frames.Header]):
    """What came of one request: a header unless nothing that could be read came, how the process
    ended if it did, and what it printed meanwhile."""

    header: frames.Header | None
    body: memoryview
    ended: Ended | None
    wall_ms: float
    stdout: str
    stderr: str


@dataclass
class _Stream:
    """A standard stream, read up to its cap."""

    descriptor: int
    limit: int
    data: bytearray = field(default_factory=bytearray)
    open: bool = True

    def read(self) -> None:
        """Takes what is there. One byte over the cap is enough to know."""
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self.descriptor, 1 << 16)
            self.open = bool(chunk)
            self.data += chunk[: self.limit + 1 - len(self.data)]

    @property
    def exceeded(self) -> bool:
        return len(self.data) > self.limit

    def take(self) -> str:
        text = self.data[: self.limit].decode("utf-8", "replace")
        self.data.clear()
        return frames.printable(text, self.limit)


class SandboxedProcess:
    """A single-use isolated process. Use from one thread; ``close`` ends it, whatever its state."""

    device: str = ""

    def __init__(
        self,
        limits: Limits,
        group: Group,
        uid: int,
        channel: socket.socket,
        status: int,
        stdout: int,
        stderr: int,
    ) -> None:
        self._limits = limits
        self._group = group
        self._uid = uid
        self._channel = channel
        self._status = status
        cap = limits.output_kb << 10
        self._stdout = _Stream(stdout, cap)
        self._stderr = _Stream(stderr, cap)
        self._pid: int | None = None
        self._pidfd: int | None = None
        self._ended: Ended | None = None
        self._closed = False

    @classmethod
    def prepare(cls, limits: Limits, group: Group, uid: int) -> tuple[SandboxedProcess, list[int]]:
        """Our ends, and the descriptors that the zygote's child gets: channel, status, stdout,
        stderr. The caller closes those after sending them. ``uid``: the host user that the process
        must have."""
        with contextlib.ExitStack() as made:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            made.callback(ours.close)
            made.callback(theirs.close)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            pipes = []
            for _ in range(3):
                pipes.append(os.pipe())
                made.callback(os.close, pipes[-1][0])
                made.callback(os.close, pipes[-1][1])
                os.set_blocking(pipes[-1][0], False)
            made.pop_all()
        process = cls(limits, group, uid, ours, *(read for read, _ in pipes))
        return process, [theirs.detach(), *(write for _, write in pipes)]

    def meet(self) -> None:
        """Places the process in its cgroup before it isolates itself, takes a handle on it after,
        and waits until its backend is initialised. Raises SandboxUnavailable."""
        try:
            self._greet(self._group.add)
            self._greet(self._hold)
            hello = self._receive(frames.HelloHeader, _START_TIMEOUT_S, cpu=False)[0]
            self.device = hello.device
        except (OSError, _Stopped, frames.FrameError) as error:
            self._stderr.read()
            said = self._stderr.take() or self._exit_status() or str(error)
            self.close()
            raise SandboxUnavailable(
                f"A sandboxed process could not be isolated: {said}"
            ) from error

    def load(self, program: str, source: str, entry: str, parameters: Sequence[str]) -> Loaded:
        """Has the process compile and execute ``source`` and look for its entry point."""
        header = {
            "op": "load",
            "program": program,
            "entry": entry,
            "parameters": list(parameters),
        }
        blob = source.encode("utf-8", "surrogatepass")
        reply = self._exchange(frames.LoadHeader, header, [blob])
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
        reply = self._exchange(frames.CostHeader, header, blobs)
        if reply.header is None:
            return Costed(None, None, reply.ended)
        measured = reply.header.cost if reply.ended is None else None
        return Costed(measured, frames.raised(reply.header.raised), reply.ended)

    def _answer(
        self,
        header: dict[str, Any],
        blobs: Sequence[bytes | memoryview],
        wall_s: float | None = None,
    ) -> Answer:
        reply = self._exchange(frames.AnswerHeader, header, blobs, wall_s)
        ended = reply.ended
        if ended is None and reply.header is not None:
            try:
                output, refusal, raised, trace = frames.unpack_answer(reply.header, reply.body)
            except frames.FrameError as error:
                ended = self._stop(Ending.PROTOCOL, str(error))
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

    def _exchange(
        self,
        model: type[frames.Header],
        header: dict[str, Any],
        blobs: Sequence[bytes | memoryview],
        wall_s: float | None = None,
    ) -> _Reply[frames.Header]:
        """One request and its reply, within the limits; how the process ended where it did."""
        started = time.monotonic()
        answer, body, ended = None, memoryview(b""), None
        try:
            self._send(frames.pack(header, blobs))
            answer, body = self._receive(model, self._limits.wall_s if wall_s is None else wall_s)
        except _Stopped as stopped:
            ended = stopped.ended
        except frames.FrameError as error:
            ended = self._stop(Ending.PROTOCOL, str(error))
        wall_ms = _since(started)
        stdout, stderr, ended = self._take_output(ended)
        return _Reply(answer, body, ended, wall_ms, stdout, stderr)

    @property
    def alive(self) -> bool:
        """Whether another request can be sent."""
        return self._ended is None and not self._closed

    @property
    def pid(self) -> int:
        """Of the isolated process, in our pid namespace."""
        if self._pid is None:
            raise SandboxUnavailable("The process was never met.")
        return self._pid

    @property
    def running(self) -> bool:
        """Whether the process itself still runs, asked or not."""
        if not self.alive or self._pidfd is None:
            return False
        return not select.select([self._pidfd], [], [], 0)[0]

    def close(self) -> None:
        """Kills the process and all that it started; leaves nothing open."""
        if self._closed:
            return
        self._closed = True
        self._kill()
        self._channel.close()
        self._exit_status()
        for descriptor in (self._status, self._stdout.descriptor, self._stderr.descriptor):
            os.close(descriptor)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._group.close()

    def __enter__(self) -> SandboxedProcess:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _greet(self, before_going_on: Callable[[int], None]) -> None:
        """One meeting: the kernel says who is at the other end, in our pid namespace, and that
        process waits until ``before_going_on`` has been done with its pid."""
        self._channel.settimeout(_MEET_TIMEOUT_S)
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        data, ancillary, _, _ = self._channel.recvmsg(1, space)
        if data != b"h" or not ancillary:
            raise frames.FrameError("the process ended before it was isolated")
        pid, uid, _ = _CREDENTIALS.unpack(ancillary[0][2][: _CREDENTIALS.size])
        if uid != self._uid:
            raise frames.FrameError(f"the process has host uid {uid} and not {self._uid}")
        before_going_on(pid)
        self._channel.sendall(b"g")

    def _hold(self, pid: int) -> None:
        self._pid = pid
        self._group.add(pid)
        self._pidfd = os.pidfd_open(pid)
        self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)

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
        used = self._cpu_seconds()
        if used > self._limits.run_cpu_s:
            raise _Stopped(self._stop(Ending.TIME, "the CPU-time limit of the run was reached"))
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
                raise _Stopped(self._stop(Ending.TIME, "the wall-clock limit was reached"))
            streams = [s for s in (self._stdout, self._stderr) if s.open]
            reads: list[Any] = [s.descriptor for s in streams]
            writes = [self._channel] if write else []
            reads += [] if write else [self._channel]
            ready, writable, _ = select.select(reads, writes, [], min(left, _TICK_S))
            for stream in streams:
                if stream.descriptor in ready:
                    stream.read()
            self._check_output()
            if self._channel in ready or writable:
                return
            if cpu_deadline is not None and self._cpu_seconds() > cpu_deadline:
                raise _Stopped(self._stop(Ending.TIME, "the CPU-time limit was reached"))
            if self._group.memory_exceeded():
                raise _Stopped(self._stop(Ending.MEMORY, "the memory limit was reached"))

    def _check_output(self) -> None:
        if self._stdout.exceeded or self._stderr.exceeded:
            raise _Stopped(self._stop(Ending.OUTPUT, "the output limit was reached"))

    def _gone(self) -> _Stopped:
        """The channel was closed at the other end: for its memory, by a signal, or by leaving."""
        status = self._exit_status()
        if self._group.memory_exceeded():
            return _Stopped(self._stop(Ending.MEMORY, "the memory limit was reached"))
        if status is None:
            return _Stopped(self._stop(Ending.PROTOCOL, "the channel was closed by the program"))
        if not status.lstrip("-").isdigit():
            return _Stopped(self._stop(Ending.CRASHED, status))
        code = int(status)
        if code >= 0:
            detail = f"the process exited with code {code} without an answer"
            return _Stopped(self._stop(Ending.EXITED, detail))
        return _Stopped(self._stop(Ending.CRASHED, f"the process was killed by {_signal(-code)}"))

    def _stop(self, ending: Ending, detail: str) -> Ended:
        self._kill()
        self._ended = Ended(ending, detail)
        return self._ended

    def _kill(self) -> None:
        """The process is pid 1 of its namespace: with it dies all that it started."""
        if self._pidfd is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _exit_status(self) -> str | None:
        """What the waiting parent inside the jail said of the end; None if it says nothing."""
        ready, _, _ = select.select([self._status], [], [], _ENDING_TIMEOUT_S)
        if not ready:
            return None
        return os.read(self._status, 4096).decode(errors="replace") or None

    def _take_output(self, ended: Ended | None) -> tuple[str, str, Ended | None]:
        for stream in (self._stdout, self._stderr):
            before = -1
            while stream.open and not stream.exceeded and len(stream.data) != before:
                before = len(stream.data)
                stream.read()
        if ended is None and (self._stdout.exceeded or self._stderr.exceeded):
            ended = self._stop(Ending.OUTPUT, "the output limit was reached")
        return self._stdout.take(), self._stderr.take(), ended

    def _cpu_seconds(self) -> float:
        """User and system time of the process with all its threads; it cannot have children."""
        try:
            stat = Path(f"/proc/{self._pid}/stat").read_text()
        except OSError:
            return 0.0
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


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


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 3)
