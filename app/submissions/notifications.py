"""Wakes those who wait for a submission or follow a course's grades: one LISTEN connection for the
whole process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from app.db.listening import listen
from app.errors import TooManyOpen
from app.models import EventKind

CHANNEL = "jurax_submission"
"""Payloads: the submission's id, a space, the kind of what happened (EventKind)."""
GRADES_CHANNEL = "jurax_grades"
"""Payloads: the ids of a course, of a problem and of a student whose grade or adjustment there has
changed (a trigger tells of it), with spaces between; stars for the last two: anything may have."""
MAX_OPEN_PER_PERSON = 64

Topic = tuple[str, bool]
"""A submission's id, and whether its report is all that matters."""


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


class GradesWaiter(Waiter):
    """One who follows the grades of a course, and what has changed of them since they looked."""

    _MOST = 2000

    def __init__(self) -> None:
        super().__init__()
        self._changed: set[tuple[UUID, UUID]] = set()
        self._anything = False

    def note(self, problem_id: UUID, person_id: UUID) -> None:
        """End the wait: this student's grade in this problem has changed."""
        self._changed.add((problem_id, person_id))
        if len(self._changed) > self._MOST:
            self.wake()
        else:
            super().wake()

    def wake(self) -> None:
        """End the wait: anything may have changed."""
        self._anything = True
        self._changed.clear()
        super().wake()

    def take(self) -> set[tuple[UUID, UUID]] | None:
        """Problems and students whose grades have changed since the last call; None where anything
        may have."""
        changed, anything = self._changed, self._anything
        self._changed, self._anything = set(), False
        return None if anything else changed


class Notifications:
    """Listens to the database and wakes who waits."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiters: dict[Topic, set[Waiter]] = defaultdict(set)
        self._following: dict[str, set[GradesWaiter]] = defaultdict(set)
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
        try:
            with self._counted(person_id):
                yield waiter
        finally:
            self._waiters[key].discard(waiter)
            if not self._waiters[key]:
                del self._waiters[key]

    @contextlib.asynccontextmanager
    async def following_grades(
        self, course_id: UUID, person_id: UUID
    ) -> AsyncIterator[GradesWaiter]:
        """A waiter for the grades of a course. Enter first and read them then."""
        waiter, key = GradesWaiter(), str(course_id)
        self._following[key].add(waiter)
        try:
            with self._counted(person_id):
                yield waiter
        finally:
            self._following[key].discard(waiter)
            if not self._following[key]:
                del self._following[key]

    @contextlib.contextmanager
    def _counted(self, person_id: UUID) -> Iterator[None]:
        self._open[person_id] += 1
        try:
            yield
        finally:
            self._open[person_id] -= 1
            if not self._open[person_id]:
                del self._open[person_id]

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

    def _tell_of_grade(self, course_id: str, problem_id: str, person_id: str) -> None:
        for waiter in self._following.get(course_id, ()):
            if problem_id == "*":
                waiter.wake()
            else:
                waiter.note(UUID(problem_id), UUID(person_id))

    def _wake_all(self) -> None:
        waiting = itertools.chain(*self._waiters.values())
        for waiter in itertools.chain(waiting, *self._following.values()):
            waiter.wake()

    async def _run(self) -> None:
        async def on_event(payload: str) -> None:
            self._wake(*payload.split(" "))

        async def on_grade(payload: str) -> None:
            self._tell_of_grade(*payload.split(" "))

        # What was notified while there was no connection is lost: let all look again.
        channels = {CHANNEL: on_event, GRADES_CHANNEL: on_grade}
        await listen(self._conninfo, channels, on_connected=self._wake_all)
