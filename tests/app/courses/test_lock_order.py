"""Whoever works in a course takes its row first: who deletes the course, a part of it or an account
in it waits for them, and neither for the other."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.accounts.roster import remove_person
from app.courses.grading import recompute
from app.courses.joining_invited import enrol_invited
from app.db.engine import Database
from app.models import CourseInvitation, Person, RegradeRequest
from judge.package import Package
from tests.app.coursework import add_submission
from tests.app.gradebook.classroom import Classroom, make_classroom

_TABLES = (
    "people",
    "enrolments",
    "course_invitations",
    "grants",
    "grant_members",
    "assignments",
    "assignment_problems",
    "submissions",
    "attempts",
    "grades",
    "adjustments",
    "code_comments",
    "regrade_requests",
    "rejudges",
    "notices",
)


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course with published grades, in which everything is that one can do something with."""
    room = await make_classroom(database, package)
    await room.publish()
    return room


class Deed:
    """Something that is done in a course by the API, as somebody."""

    def __init__(self, who: str, method: str, path: str, body: Any = None) -> None:
        self.who, self.method, self.path, self.body = who, method, path, body


def deeds(room: Classroom, submission: uuid.UUID, regrade: uuid.UUID) -> dict[str, Deed]:
    """All that is tried, by what it is."""
    student, other = (str(room.people[who].person.id) for who in ("student", "other"))
    assignment = f"{room.url}/assignments/{room.assignment.id}"
    comments = f"/api/v1/submissions/{submission}/comments"
    book, problem = f"{room.url}/gradebook", room.problem
    program = {
        "problem": problem.problem_slug,
        "source": "x = 2\n",
        "assignment_problem": str(problem.id),
    }
    points = {"points": 3, "reason": "So.", "version": 0}
    gift = {"person_ids": [student], "more_attempts": 2, "reason": ""}
    terms = {"version": 1, "title": "Other", "problems": [{"problem": problem.problem_slug}]}
    terms["problems"][0]["points"] = 7  # type: ignore[index]
    question = {"problem_id": str(problem.id), "text": "Why?"}
    put = {"answer": "Yes.", "points": 4, "version": 0}
    chosen = {"reason": "Again.", "chosen": {}}
    return {
        "adjust": Deed("grader", "PUT", f"{book}/{problem.id}/{other}/adjustment", points),
        "comment": Deed("grader", "POST", comments, {"text": "Well."}),
        "answer": Deed("grader", "POST", f"{room.url}/regrades/{regrade}/answer", put),
        "ask": Deed("other", "POST", f"{room.url}/regrades", question),
        "submit": Deed("student", "POST", "/api/v1/submissions", program),
        "grant": Deed("owner", "POST", f"{room.url}/grants", gift),
        "change": Deed("owner", "PATCH", assignment, terms),
        "rejudge": Deed("owner", "POST", f"{room.url}/rejudges", chosen),
        "enrol": Deed("owner", "POST", f"{room.url}/people", {"who": "the stranger"}),
        "role": Deed("owner", "PATCH", f"{room.url}/people/{other}", {"role": "grader"}),
        "remove": Deed("owner", "DELETE", f"{room.url}/people/{student}"),
        "late days": Deed("owner", "PATCH", room.url, {"late_days": 3}),
        "unpublish": Deed(
            "owner", "DELETE", f"{book}/assignments/{room.assignment.id}/publication"
        ),
    }


async def test_whoever_works_in_a_course_takes_its_row_first(
    room: Classroom, client: httpx.AsyncClient
) -> None:
    student = room.people["student"].person.id
    async with room.database.session() as session:
        submission = await add_submission(session, student, room.problem, 0.5)
        await recompute(session, room.course.id, [student])
        asked = RegradeRequest(id=uuid.uuid4(), problem_id=room.problem.id, person_id=student)
        asked.text = "Why?"
        session.add(asked)
    for name, deed in deeds(room, submission.id, asked.id).items():

        def do(deed: Deed = deed) -> Awaitable[httpx.Response]:
            headers = room.headers(deed.who)
            return client.request(deed.method, deed.path, json=deed.body, headers=headers)

        answer = await _beside_a_deletion(room, do)
        assert answer.is_success, (name, answer.text)


async def test_so_does_who_comes_by_an_invitation(room: Classroom) -> None:
    async with room.database.session() as session:
        invited = Person(id=uuid.uuid4(), name="invited", email="invited@example.org")
        session.add(invited)
        session.add(CourseInvitation(course_id=room.course.id, email=invited.email))

    async def do() -> None:
        async with room.database.session() as session:
            await enrol_invited(session, invited.id)

    await _beside_a_deletion(room, do)


@pytest.mark.parametrize("deleted", ["course", "account"])
async def test_who_comments_while_something_is_deleted(
    deleted: str, room: Classroom, client: httpx.AsyncClient, count: Callable[[str], int]
) -> None:
    submission = await room.submit()
    body: dict[str, Any] = {"text": "Well."}
    place = f"/api/v1/submissions/{submission.id}/comments"

    async def delete() -> httpx.Response:
        if deleted == "course":
            params = {"confirm": room.course.title}
            return await client.delete(room.url, params=params, headers=room.headers("owner"))
        async with room.database.session() as session:
            await remove_person(session, room.people["student"].person)
        return httpx.Response(204)

    answers = await asyncio.gather(
        client.post(place, json=body, headers=room.headers("grader")),
        delete(),
        client.post(place, json=body, headers=room.headers("owner")),
    )
    assert {answer.status_code for answer in answers} <= {201, 204, 403, 404, 409}


async def _beside_a_deletion(room: Classroom, do: Callable[[], Awaitable[Any]]) -> Any:
    """Do something while the course's row is taken, as by who deletes: all else must be free."""
    async with room.database.session() as deleting:
        await deleting.execute(
            text("SELECT id FROM courses WHERE id = :id FOR UPDATE"), {"id": room.course.id}
        )
        doing = asyncio.ensure_future(do())
        await _until_somebody_waits(room.database, doing)
        for table in _TABLES:
            await deleting.execute(text(f"SELECT * FROM {table} FOR UPDATE NOWAIT"))
        await deleting.rollback()
    return await doing


async def _until_somebody_waits(database: Database, doing: asyncio.Future[Any]) -> None:
    async with asyncio.timeout(20), database.session() as session:
        while not doing.done():
            waiting = await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            if waiting:
                return
            await asyncio.sleep(0.01)
    raise AssertionError(
        f"it did not wait for the course's row: {getattr(await doing, 'text', '')}"
    )
