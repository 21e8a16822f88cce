"""The orchestrator's end of one sandboxed process: the channel, the streams, the limits, the end.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from judge.answer import Ended, Ending
from judge.errors import SandboxUnavailable
from judge.sandbox import frames
from judge.sandbox.cgroup import Group
from judge.sandbox.policy import Limits
from judge.sandbox.streams import Streams

_CREDENTIALS = struct.Struct("3i")
_MEET_TIMEOUT_S = 30.0
_START_TIMEOUT_S = 60.0
_TICK_S = 0.05
_ENDING_TIMEOUT_S = 1.0
_PROTOCOL_OVERHEAD = 8 << 20
_OUTPUT = "the output limit was reached"
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


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


class Connection:
    """Holds one process from before it is isolated to its end. From one thread."""

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
        self._streams = Streams(stdout, stderr, limits.output_kb << 10)
        self._pid: int | None = None
        self._pidfd: int | None = None
        self._ended: Ended | None = None
        self._closed = False

    @classmethod
    def prepare(cls, limits: Limits, group: Group, uid: int) -> tuple[Connection, list[int]]:
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
        connection = cls(limits, group, uid, ours, *(read for read, _ in pipes))
        return connection, [theirs.detach(), *(write for _, write in pipes)]

    def meet(self) -> None:
        """Places the process in its cgroup before it isolates itself, takes a handle on it after,
        and waits until its backend is initialised. Raises SandboxUnavailable."""
        try:
            self._greet(self._group.add)
            self._greet(self._hold)
            hello = self._receive(frames.HelloHeader, _START_TIMEOUT_S, cpu=False)[0]
            self.device = hello.device
        except (OSError, _Stopped, frames.FrameError) as error:
            self._streams.drain()
            said = self._streams.take()[1] or self._exit_status() or str(error)
            self.close()
            raise SandboxUnavailable(
                f"A sandboxed process could not be isolated: {said}"
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

    def stop(self, ending: Ending, detail: str) -> Ended:
        """Kills the process; how it ended from then on."""
        self._kill()
        self._ended = Ended(ending, detail)
        return self._ended

    def close(self) -> None:
        """Kills the process and all that it started; leaves nothing open."""
        if self._closed:
            return
        self._closed = True
        self._kill()
        self._channel.close()
        self._exit_status()
        os.close(self._status)
        self._streams.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._group.close()

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
                raise _Stopped(self.stop(Ending.TIME, "the wall-clock limit was reached"))
            reads: list[Any] = list(self._streams.readable)
            writes = [self._channel] if write else []
            reads += [] if write else [self._channel]
            ready, writable, _ = select.select(reads, writes, [], min(left, _TICK_S))
            self._streams.read(ready)
            if self._streams.exceeded:
                raise _Stopped(self.stop(Ending.OUTPUT, _OUTPUT))
            if self._channel in ready or writable:
                return
            if cpu_deadline is not None and self._cpu_seconds() > cpu_deadline:
                raise _Stopped(self.stop(Ending.TIME, "the CPU-time limit was reached"))
            if self._group.memory_exceeded():
                raise _Stopped(self.stop(Ending.MEMORY, "the memory limit was reached"))

    def _gone(self) -> _Stopped:
        """The channel was closed at the other end: for its memory, by a signal, or by leaving."""
        status = self._exit_status()
        if self._group.memory_exceeded():
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

    def _cpu_seconds(self) -> float:
        """User and system time of the process with all its threads; it cannot have children."""
        try:
            stat = Path(f"/proc/{self._pid}/stat").read_text()
        except OSError:
            return 0.0
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 3)
