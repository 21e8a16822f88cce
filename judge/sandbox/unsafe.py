"""The back end of ``--unsafe-no-sandbox``: the same runner on the host itself, with limits only.

For machines without the kernel's namespaces (macOS among them) and for programs that are trusted
anyway. It is never chosen by itself, and every report and page says that it was. Every process is
started by itself: forking after JAX is imported is nothing that every system bears.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path
from weakref import WeakSet

import psutil

from judge.errors import SandboxUnavailable
from judge.sandbox.connection import Connection, Ends
from judge.sandbox.identity import Identity
from judge.sandbox.jail import require_device
from judge.sandbox.launch import Launch, start
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess
from judge.sandbox.runtime import Runtime

WARNING = (
    "No sandbox (--unsafe-no-sandbox): the program could read and change what its user can, use "
    "the network and start processes. The verdict cannot be relied on."
)

_ENDING_TIMEOUT_S = 1.0


class Unsafe:
    """Starts single-use processes that nothing isolates. Thread-safe."""

    def __init__(
        self,
        runtime: Runtime,
        identity: Identity,
        *,
        backend: str = "cpu",
        cache: Path | None = None,
        cache_writable: bool = False,
    ) -> None:
        require_device(backend, runtime)
        self.versions = runtime.versions
        self.alive = True
        self._launch = Launch.prepare(runtime, identity, backend, cache, cache_writable)
        self._identity = identity
        self._started: WeakSet[PlainHandle] = WeakSet()

    def spawn(self, limits: Limits, *, x64: bool = False) -> SandboxedProcess:
        """A fresh process, its JAX imported and ready. Raises SandboxUnavailable."""
        try:
            ends = Ends.open()
        except OSError as error:
            raise SandboxUnavailable(f"No descriptors for another process: {error}") from error
        try:
            handle = PlainHandle(self._start(ends, limits, x64), limits.memory_mb << 20)
        except BaseException:
            ends.close()
            raise
        for descriptor in ends.given:
            os.close(descriptor)
        self._started.add(handle)
        process = SandboxedProcess(Connection(limits, ends, handle))
        process.meet()
        handle.count_from_here()
        return process

    def close(self) -> None:
        """Ends every process with it."""
        self.alive = False
        for handle in list(self._started):
            handle.kill()

    def _start(self, ends: Ends, limits: Limits, x64: bool) -> subprocess.Popen[bytes]:
        rlimits = limits.rlimits()
        # Outside a user namespace it counts all that the user runs, and not the program.
        del rlimits["NPROC"]
        command, environment = self._launch.plain(
            {
                "channel": ends.its_channel,
                "backend": self._launch.backend,
                "x64": x64,
                "nice": limits.nice,
                "rlimits": rlimits,
            }
        )
        return start(
            command,
            environment,
            self._identity,
            ends.its_channel,
            stdin=subprocess.PIPE,
            stdout=ends.its_stdout,
            stderr=ends.its_stderr,
            own_session=True,
        )


class PlainHandle:
    """Holds a child process, the leader of its session. What it started ends with it, unless that
    left the session; time and memory are those of the process itself, as the system tells them."""

    def __init__(self, process: subprocess.Popen[bytes], memory_limit: int) -> None:
        """``memory_limit``: bytes that programs may add to what JAX holds when it is ready."""
        self._process = process
        self._limit = memory_limit
        self._at_first: int | None = None
        self._cpu_at_first = 0.0
        self._exceeded = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._exit_code(0) is None

    def meet(self, channel: socket.socket) -> None:
        """It is our child: there is nobody to ask who it is."""

    def count_from_here(self) -> None:
        """JAX is ready: what the process holds and has computed so far is not the program's."""
        self._at_first = self._resident_bytes()
        self._cpu_at_first = self.cpu_seconds()

    def kill(self) -> None:
        if self._process.returncode is None:
            self._kill_session()

    def exit_status(self) -> str | None:
        code = self._exit_code(_ENDING_TIMEOUT_S)
        return None if code is None else str(code)

    def cpu_seconds(self) -> float:
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system) - self._cpu_at_first

    def waited_seconds(self) -> float | None:
        return None

    def memory_exceeded(self) -> bool:
        if self._at_first is not None and not self._exceeded:
            self._exceeded = self._resident_bytes() - self._at_first > self._limit
        return self._exceeded

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self.exit_status()

    def _exit_code(self, timeout: float) -> int | None:
        """With the leader ends at once what it started: later its number may be another's."""
        if self._process.returncode is None:
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                return None
            self._kill_session()
        return self._process.returncode

    def _kill_session(self) -> None:
        # On macOS a group of which only a dead leader is left refuses signals.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _resident_bytes(self) -> int:
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0
