"""What people are told of: everybody their own, once, until they have read it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.courses.notices import notify
from app.db.engine import Database
from app.models import Course
from tests.app.conftest import Learner

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
NOTICES = "/api/v1/me/notices"


@pytest.fixture
async def course(database: Database) -> Course:
    """A course that nobody is in."""
    async with database.session() as session:
        made = Course(title="Numerics", term="Autumn", time_zone="UTC")
        session.add(made)
        await session.flush()
    return made


async def tell(database: Database, course: Course, text: str, *people: Learner) -> None:
    """One notice for each, in a transaction of its own."""
    async with database.session() as session:
        ids = [each.person.id for each in people]
        await notify(session, ids, course.id, text, f"/courses/{course.id}/grades")


class TestNotify:
    """Writing a notice."""

    async def test_everybody_is_told_once(
        self, database: Database, course: Course, ann: Learner, ben: Learner, count: Any
    ) -> None:
        await tell(database, course, "Points changed.", ann, ben, ann)
        assert count("notices") == 2

    async def test_nobody_may_be_told(self, database: Database, course: Course, count: Any) -> None:
        await tell(database, course, "Points changed.")
        assert count("notices") == 0

    async def test_a_long_text_is_cut(
        self, database: Database, course: Course, ann: Learner, client: httpx.AsyncClient
    ) -> None:
        await tell(database, course, "x" * 5000, ann)
        (item,) = (await client.get(NOTICES, headers=ann.headers)).json()["items"]
        assert item["text"] == "x" * 999 + "…"

    @pytest.mark.parametrize("link", ["https://example.com/", "//example.com", "courses"])
    async def test_a_link_leads_nowhere_else(
        self, database: Database, course: Course, ann: Learner, link: str
    ) -> None:
        async with database.session() as session:
            with pytest.raises(ValueError, match="path on this service"):
                await notify(session, [ann.person.id], course.id, "Look.", link)


class TestList:
    """GET /api/v1/me/notices."""

    async def test_none(self, client: httpx.AsyncClient, ann: Learner) -> None:
        answer = await client.get(NOTICES, headers=ann.headers)
        assert answer.json() == {"items": [], "unread": 0, "next": None}

    async def test_own_ones_the_newest_first_page_by_page(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        ann: Learner,
        ben: Learner,
    ) -> None:
        for number in range(5):
            await tell(database, course, f"number {number}", ann)
        await tell(database, course, "for ben", ben)
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while True:
            answer = await client.get(NOTICES, params=query, headers=ann.headers)
            document = answer.json()
            assert document["unread"] == 5
            seen += [item["text"] for item in document["items"]]
            if document["next"] is None:
                break
            query["after"] = document["next"]
        assert seen == [f"number {number}" for number in reversed(range(5))]

    async def test_says_where_it_happened(
        self, client: httpx.AsyncClient, database: Database, course: Course, ann: Learner
    ) -> None:
        await tell(database, course, "Points changed.", ann)
        (item,) = (await client.get(NOTICES, headers=ann.headers)).json()["items"]
        assert item.pop("id")
        assert item.pop("created_at")
        assert item == {
            "course_id": str(course.id),
            "course": "Numerics",
            "text": "Points changed.",
            "link": f"/courses/{course.id}/grades",
            "read_at": None,
        }

    async def test_after_what_is_not_ones_own(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await tell(database, course, "for ben", ben)
        (item,) = (await client.get(NOTICES, headers=ben.headers)).json()["items"]
        for after in (item["id"], uuid.uuid4()):
            answer = await client.get(NOTICES, params={"after": after}, headers=ann.headers)
            check_problem(answer, 404, "not-found")


class TestRead:
    """POST …/read and POST …/{notice_id}/read."""

    async def test_one_then_all(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        for number in range(3):
            await tell(database, course, f"number {number}", ann, ben)
        items = (await client.get(NOTICES, headers=ann.headers)).json()["items"]
        place = f"{NOTICES}/{items[1]['id']}/read"
        check_problem(await client.post(place, headers=ben.headers), 404, "not-found")
        first = (await client.post(place, headers=ann.headers)).json()
        assert first["read_at"] is not None
        # A second time keeps the moment of the first.
        assert (await client.post(place, headers=ann.headers)).json() == first
        unread = (await client.get(NOTICES, params={"unread": True}, headers=ann.headers)).json()
        assert [item["text"] for item in unread["items"]] == ["number 2", "number 0"]
        assert unread["unread"] == 2
        everything = f"{NOTICES}/read"
        assert (await client.post(everything, headers=ann.headers)).json() == {"read": 2}
        assert (await client.post(everything, headers=ann.headers)).json() == {"read": 0}
        assert (await client.get(NOTICES, headers=ben.headers)).json()["unread"] == 3
