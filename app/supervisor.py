"""Keeps a worker process running under the service."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import structlog

from app.processes import dies_with_parent
from app.settings import Settings

# What `jurax worker` exits with where the machine cannot judge at all.
CANNOT_JUDGE = 3

_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_LONG_RUN_SECONDS = 60.0
_STOP_SECONDS = 8.0

log = structlog.get_logger(__name__)


class CannotJudge(Exception):
    """This machine cannot judge; the worker has said why."""


class WorkerSupervisor:
    """Starts the worker, and again when it dies, ever more slowly while it dies at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Have ``run`` end, and the worker before it."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep a worker until ``stop``. CannotJudge where starting it again would not help."""
        backoff = _FIRST_BACKOFF_SECONDS
        clock = asyncio.get_running_loop().time
        stopping = asyncio.create_task(self._stopping.wait())
        while not self._stopping.is_set():
            started = clock()
            process = await self._launch()
            ending = asyncio.create_task(process.wait())
            await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                await _end(process)
                return
            status = ending.result()
            if status == CANNOT_JUDGE:
                raise CannotJudge
            lived = clock() - started
            backoff = (
                _FIRST_BACKOFF_SECONDS
                if lived > _LONG_RUN_SECONDS
                else min(backoff * 2, _LONGEST_BACKOFF_SECONDS)
            )
            log.error("the worker is gone; starting another", status=status, in_seconds=backoff)
            await asyncio.wait({stopping}, timeout=backoff)

    async def _launch(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.cli",
            "worker",
            env={**os.environ, **self._settings.environment()},
            stdin=asyncio.subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for the service, which stops its parts in order.
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Stop the worker: politely, then not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        log.warning("the worker did not stop in time")
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
