"""What a rejudge queues: behind everything that somebody waits for, and never lost."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from procrastinate import PsycopgConnector
from sqlalchemy import text, update

from app.assignments.snapshots import store_packages
from app.catalog.packages import Shelf
from app.courses.access import InCourse
from app.db.engine import Database
from app.models import Attempt
from app.rejudge import service
from app.rejudge.schemas import RejudgeCreate
from app.settings import Settings
from app.worker import sweeper
from app.worker.judging import Judging
from app.worker.queue import Priority, queue
from app.worker.slots import take_attempts
from app.worker.sweeper import sweep
from judge.package import load
from tests.app.conftest import PROBLEM, Learner
from tests.app.rejudge.conftest import Classroom, attempts_of

Submit = Callable[..., Awaitable[httpx.Response]]

FETCH = text(
    "SELECT (job).args ->> 'attempt_id', (job).priority FROM procrastinate_fetch_job_v2"
    "(ARRAY['judging', 'rejudging'], (SELECT min(id) FROM procrastinate_workers)) AS job"
)


async def fetched(room: Classroom) -> tuple[uuid.UUID, int]:
    """What a worker takes next: the attempt, its priority."""
    async with room.database.session() as session:
        row = (await session.execute(FETCH)).one()
        return uuid.UUID(row[0]), row[1]


async def waiting(room: Classroom) -> list[tuple[str, int]]:
    """The jobs: status and priority."""
    async with room.database.session() as session:
        jobs = text("SELECT status::text, priority FROM procrastinate_jobs ORDER BY id")
        return [(row[0], row[1]) for row in await session.execute(jobs)]


async def stored(room: Classroom) -> uuid.UUID:
    """A rejudge whose service died before it queued anything."""
    async with room.database.session() as session:
        within = InCourse(room.teacher.person, room.course, room.enrolments["teacher"])
        view = await service.create(session, within, RejudgeCreate(reason="x"))
        return view.id


class Slow:
    """Judges what somebody waits for at once, and everything else for ever."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.taken: list[uuid.UUID] = []
        self.begun, self.judged = asyncio.Event(), asyncio.Event()

    async def judge_attempt(self, attempt_id: uuid.UUID) -> None:
        self.taken.append(attempt_id)
        async with self._database.session() as session:
            attempt = await session.get_one(Attempt, attempt_id)
        self.begun.set()
        if attempt.rejudge_id is not None:
            await asyncio.Event().wait()
        self.judged.set()


class TestPriority:
    """Learners do not wait for a rejudge."""

    async def test_what_somebody_waits_for_overtakes(self, room: Classroom, submit: Submit) -> None:
        for _ in range(3):
            await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged()
        answer = await submit("x = 2\n")
        async with room.database.session() as session:
            await session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
        (interactive,) = await attempts_of(room.database, uuid.UUID(answer.json()["id"]))
        assert await fetched(room) == (interactive.id, Priority.INTERACTIVE)
        attempt_id, priority = await fetched(room)
        assert priority == Priority.REJUDGE
        async with room.database.session() as session:
            attempt = await session.get_one(Attempt, attempt_id)
        assert attempt.rejudge_id == uuid.UUID(rejudge)

    async def test_a_slot_is_kept(self, room: Classroom, submit: Submit) -> None:
        """However long what is rejudged takes."""
        for _ in range(3):
            await room.submitted(room.ann, 0.5)
        await room.rejudged()
        judging = Slow(room.database)
        connector = PsycopgConnector(conninfo=room.database.conninfo)
        with queue.replace_connector(connector):
            async with queue.open_async():
                taking = asyncio.create_task(take_attempts(judging, slots=2))  # type: ignore[arg-type]
                await judging.begun.wait()
                answer = await submit("x = 2\n")
                await judging.judged.wait()
                taking.cancel()
                with suppress(asyncio.CancelledError):
                    await taking
        (interactive,) = await attempts_of(room.database, uuid.UUID(answer.json()["id"]))
        assert judging.taken[1:] == [interactive.id]

    async def test_it_takes_nothing_of_what_one_may_have_waiting(
        self, room: Classroom, submit: Submit, settings: Settings
    ) -> None:
        for _ in range(settings.max_queued_per_person):
            await room.submitted(room.ann, 0.5)
        await room.rejudged()
        assert (await submit()).status_code == 202


class TestQueueing:
    """Some in each transaction; where that ends early, the sweeper goes on."""

    async def test_in_bounded_transactions(
        self, room: Classroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(5):
            await room.submitted(room.ann, 0.5)
        sizes: list[int] = []
        enqueue_all = service.enqueue_all

        async def counted(session: object, ids: list[uuid.UUID], priority: Priority) -> list[int]:
            sizes.append(len(ids))
            return await enqueue_all(session, ids, priority)  # type: ignore[arg-type]

        monkeypatch.setattr(service, "BATCH", 2)
        monkeypatch.setattr(service, "enqueue_all", counted)
        await room.rejudged()
        assert sizes == [2, 2, 1]
        assert await waiting(room) == [("todo", Priority.REJUDGE)] * 5
        await sweep(room.database)
        assert len(await waiting(room)) == 5

    async def test_the_sweeper_queues_what_was_not(
        self, room: Classroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(5):
            await room.submitted(room.ann, 0.5)
        rejudge = await stored(room)
        assert await waiting(room) == []
        monkeypatch.setattr(sweeper, "BATCH", 2)
        await sweep(room.database)
        assert await waiting(room) == [("todo", Priority.REJUDGE)] * 5
        await service.queue_all(room.database, rejudge)
        assert len(await waiting(room)) == 5

    async def test_a_killed_worker(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        await room.rejudged()
        async with room.database.session() as session:
            await session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
            await session.execute(
                update(Attempt).where(Attempt.number == 2).values(status="running", lease=1)
            )
        await sweep(room.database)
        assert await waiting(room) == [("todo", Priority.REJUDGE)]
        async with room.database.session() as session:
            await session.execute(text("DELETE FROM procrastinate_jobs"))
        await sweep(room.database)
        assert await waiting(room) == [("todo", Priority.REJUDGE)]
        assert (await attempts_of(room.database, submission))[1].status == "queued"


@pytest.mark.sandbox
async def test_it_is_judged_by_the_version_that_was_chosen(
    room: Classroom, judging: Judging, tmp_path: Path, settings: Settings, ann: Learner
) -> None:
    """By a worker, for good; and no grade follows until it is applied."""
    folder = tmp_path / PROBLEM
    shutil.copytree(settings.problems_dir / PROBLEM, folder)
    with (folder / "statement.md").open("a") as statement:
        statement.write("\nA clearer text.\n")
    newer = load(folder)
    async with room.database.session() as session:
        await store_packages(session, Shelf([newer]))
    submission = await room.submitted(ann, 1.0)
    here = {"problem_id": str(room.problem.id)}
    rejudge = await room.rejudged(chosen=here, package_sha256=newer.sha256)
    await judging.judge_attempt((await attempts_of(room.database, submission))[1].id)
    again = (await attempts_of(room.database, submission))[1]
    assert (again.verdict, again.counts) == ("CE", False)
    assert again.report is not None
    assert again.report["package_sha256"] == newer.sha256
    assert await room.points() == {"ann": 10.0}
    assert (await room.get(f"/{rejudge}"))["status"] == "ready"
    assert (await room.apply(rejudge)).status_code == 200
    assert await room.points() == {"ann": 0.0}
