"""Wakes those who wait for a submission: one LISTEN connection for the whole process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import structlog

from app.errors import TooManyOpen
from app.models import EventKind

CHANNEL = "jurax_submission"
"""Payloads: the submission's id, a space, the kind of what happened (EventKind)."""
MAX_OPEN_PER_PERSON = 64
_RECONNECT_SECONDS = 1.0

Topic = tuple[str, bool]
"""A submission's id, and whether its report is all that matters."""

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
        self._waiters: dict[Topic, set[Waiter]] = defaultdict(set)
        self._open: Counter[UUID] = Counter()
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
    async def waiting_for(
        self, submission_id: UUID, person_id: UUID, *, only_report: bool = False
    ) -> AsyncIterator[Waiter]:
        """A waiter for one submission, or for its report alone. Enter first and query then, so
        that nothing is missed."""
        waiter, key = Waiter(), (str(submission_id), only_report)
        self._waiters[key].add(waiter)
        self._open[person_id] += 1
        try:
            yield waiter
        finally:
            self._open[person_id] -= 1
            if not self._open[person_id]:
                del self._open[person_id]
            self._waiters[key].discard(waiter)
            if not self._waiters[key]:
                del self._waiters[key]

    def require_place(self, person_id: UUID) -> None:
        """Raise TooManyOpen where a person has as many answers open as one may. Counted in this
        process alone, because its sockets and its memory are what they take."""
        if self._open[person_id] >= MAX_OPEN_PER_PERSON:
            raise TooManyOpen(
                f"{MAX_OPEN_PER_PERSON} of your requests wait for a result. End some first.",
                headers={"Retry-After": "10"},
            )

    def _wake(self, submission_id: str, kind: str) -> None:
        topics = [(submission_id, False)]
        if kind == EventKind.REPORT:
            topics.append((submission_id, True))
        for topic in topics:
            for waiter in self._waiters.get(topic, ()):
                waiter.wake()

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
                        self._wake(*notification.payload.split(" "))
            except psycopg.OperationalError as error:
                log.warning("lost the notification connection", error=str(error))
            await asyncio.sleep(_RECONNECT_SECONDS)
