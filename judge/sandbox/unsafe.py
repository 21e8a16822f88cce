"""The back end of ``--unsafe-no-sandbox``: the same runner on the host itself, with limits only.

For machines without namespaces and for programs that are trusted anyway. It is never chosen by
itself, and every report and page says that it was.
"""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

from judge.sandbox.cgroup import Polling, PollingGroup
from judge.sandbox.identity import Identity
from judge.sandbox.jail import Jail
from judge.sandbox.layers import Layer, Layers
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess
from judge.sandbox.runtime import Runtime

WARNING = (
    "No sandbox (--unsafe-no-sandbox): the program could read and change what its user can, use "
    "the network and start processes. The verdict cannot be relied on."
)

_LAYERS: Layers = frozenset({Layer.HOST_USER, Layer.MEMORY, Layer.CPU_TIME, Layer.RLIMITS})
_NO_PROCESS_LIMIT = 1 << 20


class Unsafe(Jail):
    """A zygote outside any jail, whose children isolate themselves by nothing."""

    def __init__(
        self,
        runtime: Runtime,
        identity: Identity,
        *,
        backend: str = "cpu",
        cache: Path | None = None,
        cache_writable: bool = False,
    ) -> None:
        self._sessions = Sessions()
        super().__init__(
            runtime,
            self._sessions,
            identity,
            backend=backend,
            cache=cache,
            cache_writable=cache_writable,
            layers=_LAYERS,
        )

    def spawn(
        self, limits: Limits, *, x64: bool = False, layers: Layers | None = None
    ) -> SandboxedProcess:
        # Outside a user namespace RLIMIT_NPROC counts all that the user runs, and not the program.
        return super().spawn(replace(limits, processes=_NO_PROCESS_LIMIT), x64=x64, layers=layers)

    def close(self) -> None:
        super().close()
        self._sessions.close()


class Sessions(Polling):
    """Memory as by polling; with a process ends what it started, unless that left its session."""

    name = "polling (no sandbox)"

    def __init__(self) -> None:
        self._made: WeakSet[Session] = WeakSet()

    def create(self, limits: Limits) -> Session:
        session = Session(limits.memory_mb << 20)
        self._made.add(session)
        return session

    def close(self) -> None:
        for session in list(self._made):
            session.kill()


class Session(PollingGroup):
    def kill(self) -> None:
        """Ends what is in the sessions of the processes that were placed in here."""
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        super().close()
