"""What holds a process that runs programs, beside its channel: one interface, and the jail's kind.

The other kind, of a process without a sandbox, is in ``judge.sandbox.unsafe``.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from judge.errors import SandboxUnavailable
from judge.sandbox import frames
from judge.sandbox.cgroup import Group

_CREDENTIALS = struct.Struct("3i")
_MEET_TIMEOUT_S = 30.0
_ENDING_TIMEOUT_S = 1.0
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Handle(Protocol):
    """Looks at one process and ends it, from outside."""

    @property
    def pid(self) -> int:
        """In our pid namespace."""

    @property
    def running(self) -> bool:
        """Whether the process itself still runs."""

    def meet(self, channel: socket.socket) -> None:
        """Takes hold of the process at the other end of ``channel``, before it runs any program.
        Raises OSError or frames.FrameError."""

    def kill(self) -> None:
        """Kills the process, and all that it started."""

    def exit_status(self) -> str | None:
        """Its exit code, or minus the signal that killed it, or in words why it never ran; None if
        it is not known to have ended. Waits for a moment."""

    def cpu_seconds(self) -> float:
        """User and system time of the process with all its threads; 0 where it is gone."""

    def waited_seconds(self) -> float | None:
        """How long the threads that it has were ready to run and had no core, all added up; None
        where the system does not tell."""

    def memory_exceeded(self) -> bool:
        """Whether it took, or was killed for taking, more memory than it may."""

    def close(self) -> None:
        """Leaves nothing open of a process that was killed."""


class IsolatedHandle:
    """Holds a zygote's child by its pidfd, its control group, and the pipe on which its parent in
    the jail says how it ended."""

    def __init__(self, group: Group, uid: int, status: int) -> None:
        """``uid``: the host user that the process must have."""
        self._group = group
        self._uid = uid
        self._status = status
        self._pid: int | None = None
        self._pidfd: int | None = None

    @property
    def pid(self) -> int:
        if self._pid is None:
            raise SandboxUnavailable("The process was never met.")
        return self._pid

    @property
    def running(self) -> bool:
        if self._pidfd is None:
            return False
        return not select.select([self._pidfd], [], [], 0)[0]

    def meet(self, channel: socket.socket) -> None:
        """Places the process in its cgroup before it isolates itself, takes a handle on it after.
        ``channel`` passes credentials from before the process could use it."""
        self._greet(channel, self._group.add)
        self._greet(channel, lambda pid: self._hold(pid, channel))

    def kill(self) -> None:
        """The process is pid 1 of its namespace: with it dies all that it started."""
        if self._pidfd is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def exit_status(self) -> str | None:
        """What the waiting parent inside the jail said of the end; None if it says nothing."""
        ready, _, _ = select.select([self._status], [], [], _ENDING_TIMEOUT_S)
        if not ready:
            return None
        return os.read(self._status, 4096).decode(errors="replace") or None

    def cpu_seconds(self) -> float:
        """The process cannot have children."""
        try:
            stat = Path(f"/proc/{self._pid}/stat").read_text()
        except OSError:
            return 0.0
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    def waited_seconds(self) -> float | None:
        """By the scheduler's count: schedstat holds nanoseconds on a core, then in wait of one."""
        threads = Path(f"/proc/{self._pid}/task")
        try:
            told = [(each / "schedstat").read_text().split() for each in threads.iterdir()]
        except OSError:
            return None
        return sum(int(waited) for _, waited, _ in told) / 1e9

    def memory_exceeded(self) -> bool:
        return self._group.memory_exceeded()

    def close(self) -> None:
        self.exit_status()
        os.close(self._status)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._group.close()

    def _greet(self, channel: socket.socket, before_going_on: Callable[[int], None]) -> None:
        """One meeting: the kernel says who is at the other end, in our pid namespace, and that
        process waits until ``before_going_on`` has been done with its pid."""
        channel.settimeout(_MEET_TIMEOUT_S)
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        data, ancillary, _, _ = channel.recvmsg(1, space)
        if data != b"h" or not ancillary:
            raise frames.FrameError("the process ended before it was isolated")
        pid, uid, _ = _CREDENTIALS.unpack(ancillary[0][2][: _CREDENTIALS.size])
        if uid != self._uid:
            raise frames.FrameError(f"the process has host uid {uid} and not {self._uid}")
        before_going_on(pid)
        channel.sendall(b"g")

    def _hold(self, pid: int, channel: socket.socket) -> None:
        self._pid = pid
        self._group.add(pid)
        self._pidfd = os.pidfd_open(pid)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
