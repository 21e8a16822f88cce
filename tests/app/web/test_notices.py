"""The bell and the page of notices."""

from __future__ import annotations

import httpx
import pytest

from app.courses.notices import notify
from app.db.engine import Database
from app.models import Course
from tests.app.conftest import Learner


@pytest.fixture
async def course(database: Database) -> Course:
    """A course that nobody is in."""
    async with database.session() as session:
        made = Course(title="Numerics & more", term="Autumn", time_zone="UTC")
        session.add(made)
        await session.flush()
    return made


async def test_from_the_bell_to_what_it_tells_of(
    client: httpx.AsyncClient, database: Database, course: Course, ann: Learner, ben: Learner
) -> None:
    page = (await client.get("/notices", headers=ann.headers)).text
    assert "You have been told of nothing yet" in page
    assert 'hx-get="/notices/bell"' in page
    bell = (await client.get("/notices/bell", headers=ann.headers)).text
    assert 'aria-label="Notices"' in bell
    assert "bell-count" not in bell
    async with database.session() as session:
        for number in range(31):
            text = f"<b>number {number}</b>"
            await notify(session, [ann.person.id], course.id, text, f"/courses/{course.id}/grades")
    bell = (await client.get("/notices/bell", headers=ann.headers)).text
    assert 'aria-label="Notices, 31 not read"' in bell
    page = (await client.get("/notices", headers=ann.headers)).text
    assert page.count('class="unread"') == 30
    assert "&lt;b&gt;number 30&lt;/b&gt;" in page
    assert "Numerics &amp; more" in page
    (action,) = {part.partition('"')[0] for part in page.split('href="/notices?after=')[1:]}
    older = (await client.get(f"/notices?after={action}", headers=ann.headers)).text
    assert older.count('class="unread"') == 1
    first = page.partition('action="/notices/')[2].partition("read")[2]
    opening = first.partition('action="')[2].partition('"')[0]
    answer = await client.post(opening, headers=ben.headers)
    assert answer.status_code == 404
    answer = await client.post(opening, headers=ann.headers)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/courses/{course.id}/grades",
    )
    bell = (await client.get("/notices/bell", headers=ann.headers)).text
    assert "30 not read" in bell
    answer = await client.post("/notices/read", headers=ann.headers)
    assert answer.headers["location"] == "/notices"
    page = (await client.get("/notices", headers=ann.headers)).text
    assert 'class="unread"' not in page
    assert "Mark all as read" not in page


async def test_strangers_have_no_bell(client: httpx.AsyncClient) -> None:
    assert "/notices" not in (await client.get("/")).text
    assert (await client.get("/notices")).status_code == 401
    assert (await client.get("/notices/bell")).status_code == 401
