"""Publishing grades and taking them back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import select

from app.models import Notice
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


def place(room: Classroom) -> str:
    """Where the publication of the assignment's grades is, below the course."""
    return f"/gradebook/assignments/{room.assignment.id}/publication"


async def notices(room: Classroom) -> list[tuple[uuid.UUID, str, str | None]]:
    """Who was told what, in order."""
    async with room.database.session() as session:
        statement = select(Notice.person_id, Notice.text, Notice.link).order_by(Notice.created_at)
        return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


class TestPublish:
    """PUT and DELETE …/publication."""

    async def test_tells_every_student_once(self, ask: Ask, room: Classroom, work: Work) -> None:
        await work("student", None)
        answers = await asyncio.gather(*(ask("owner", "PUT", place(room)) for _ in range(3)))
        documents = [answer.json() for answer in answers]
        assert len({document["published_at"] for document in documents}) == 1
        assert documents[0]["published_at"] is not None
        assert {(document["version"], document["judging"]) for document in documents} == {(2, 1)}
        told = await notices(room)
        students = {room.people[name].person.id for name in ("student", "other")}
        assert {person_id for person_id, _, _ in told} == students
        assert len(told) == 2
        assert told[0][1:] == (
            "Grades of First steps are published.",
            f"/courses/{room.course.id}/grades",
        )

    async def test_and_back(self, ask: Ask, room: Classroom) -> None:
        await ask("owner", "PUT", place(room))
        for _ in range(2):
            answer = await ask("instructor", "DELETE", place(room))
            assert (answer.json()["published_at"], answer.json()["version"]) == (None, 3)
        log = (await ask("observer", "GET", "/gradebook/log")).json()["items"]
        assert [(each["kind"], each["actor"], each["student"]) for each in log] == [
            ("unpublished", "the instructor", None),
            ("published", "the owner", None),
        ]
        assert len(await notices(room)) == 4

    async def test_of_what_students_do_not_see_they_are_not_told(
        self, ask: Ask, room: Classroom
    ) -> None:
        await room.change(listed=False)
        await ask("owner", "PUT", place(room))
        assert await notices(room) == []

    async def test_who_may(self, ask: Ask, check_problem: CheckProblem, room: Classroom) -> None:
        for who, status, kind in (
            ("student", 403, "forbidden"),
            ("observer", 403, "forbidden"),
            ("grader", 403, "forbidden"),
            ("stranger", 404, "not-found"),
        ):
            check_problem(await ask(who, "PUT", place(room)), status, kind)
            check_problem(await ask(who, "DELETE", place(room)), status, kind)
        assert (await ask("admin", "PUT", place(room))).status_code == 200
        path = f"/gradebook/assignments/{uuid.uuid4()}/publication"
        check_problem(await ask("owner", "PUT", path), 404, "not-found")
