"""The worker's supervisor stops at once, whatever the worker is doing."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest
from structlog.testing import capture_logs

from app import supervisor
from app.settings import Settings
from app.supervisor import WorkerSupervisor


class Keeping(WorkerSupervisor):
    """Keeps another program than the worker, the last of which is ``process``."""

    def __init__(self, program: str) -> None:
        super().__init__(Settings())
        self._program = program
        self.launched: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()

    async def _launch(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", self._program)
        self.launched.put_nowait(process)
        return process


class StoppedMeanwhile(Keeping):
    """Is told to stop while a worker starts."""

    async def _launch(self) -> asyncio.subprocess.Process:
        self.stop()
        return await super()._launch()


async def test_while_it_waits_to_start_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_BACKOFF_SECONDS", 600.0)
    kept = Keeping("raise SystemExit(1)")
    with capture_logs() as said:
        running = asyncio.create_task(kept.run())
        process = await kept.launched.get()
        assert await process.wait() == 1
        for _ in range(100):  # Until it has heard of that too.
            await asyncio.sleep(0)
        assert said
    kept.stop()
    await asyncio.wait_for(running, 10)
    assert kept.launched.empty()


async def test_while_a_worker_starts() -> None:
    kept = StoppedMeanwhile("import time; time.sleep(600)")
    await asyncio.wait_for(kept.run(), 10)
    process = await kept.launched.get()
    assert process.returncode == -signal.SIGTERM
