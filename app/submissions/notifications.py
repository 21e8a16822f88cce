"""Wakes those who wait for a submission: one LISTEN connection for the whole process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import structlog

CHANNEL = "jurax_submission"
_RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Waiter:
    """One who waits. A wake-up that came before ``wait`` is not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return when something happened, or after ``seconds``. Ask the database what it was."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()

    def wake(self) -> None:
        """End the wait."""
        self._event.set()


class Notifications:
    """Listens to the database and wakes who waits for a submission."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiters: dict[str, set[Waiter]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self.closing = False

    def start(self) -> None:
        """Begin to listen, in a task of the running loop."""
        self._task = asyncio.create_task(self._run(), name="submission notifications")

    async def stop(self) -> None:
        """Stop listening."""
        self.let_go()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def let_go(self) -> None:
        """Wake everybody for the last time, so that long answers end and the service can stop."""
        self.closing = True
        self._wake_all()

    @contextlib.asynccontextmanager
    async def waiting_for(self, submission_id: UUID) -> AsyncIterator[Waiter]:
        """A waiter for one submission. Enter first and query then, so that nothing is missed."""
        waiter, key = Waiter(), str(submission_id)
        self._waiters[key].add(waiter)
        try:
            yield waiter
        finally:
            self._waiters[key].discard(waiter)
            if not self._waiters[key]:
                del self._waiters[key]

    def _wake_all(self) -> None:
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.wake()

    async def _run(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    # What was notified while there was no connection is lost: let all look again.
                    self._wake_all()
                    async for notification in connection.notifies():
                        for waiter in self._waiters.get(notification.payload, ()):
                            waiter.wake()
            except psycopg.OperationalError as error:
                log.warning("lost the notification connection", error=str(error))
            await asyncio.sleep(_RECONNECT_SECONDS)
