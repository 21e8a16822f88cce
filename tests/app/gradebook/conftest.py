"""A course with graded work, for tests of the gradebook."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.courses.grading import recompute
from app.db.engine import Database
from app.models import AssignmentProblem, Submission
from judge.package import Package
from tests.app.coursework import add_submission
from tests.app.gradebook.classroom import Classroom, make_classroom

Work = Callable[..., Awaitable[Submission]]
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course whose grades are not published."""
    return await make_classroom(database, package)


@pytest.fixture
def work(room: Classroom) -> Work:
    """Lets somebody have a submission of some score, None while it is judged, and grades it."""

    async def submit(
        who: str = "student",
        score: float | None = 0.5,
        at: datetime | None = None,
        problem: AssignmentProblem | None = None,
        verdict: str | None = None,
    ) -> Submission:
        person_id = room.people[who].person.id
        async with room.database.session() as session:
            made = await add_submission(
                session, person_id, problem or room.problem, score, at, verdict
            )
            await recompute(session, room.course.id, [person_id])
        return made

    return submit


@pytest.fixture
def ask(client: httpx.AsyncClient, room: Classroom) -> Ask:
    """Asks something of the course's API in somebody's name."""

    async def request(who: str, method: str, path: str, **options: Any) -> httpx.Response:
        return await client.request(
            method, f"{room.url}{path}", headers=room.headers(who), **options
        )

    return request


def adjustment(room: Classroom, student: uuid.UUID | str | None = None) -> str:
    """Where a student's adjustment is, below the course."""
    who = student or room.people["student"].person.id
    return f"/gradebook/{room.problem.id}/{who}/adjustment"
