"""The gradebook of 1,000 students and 40 problems: what it costs beside what it must, and beside a
small one. Ratios of the same machine at the same moment, since others may be using the cores."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright
from sqlalchemy import URL, select

from app.db.engine import Database, conninfo
from app.gradebook import live
from app.main import create_app
from app.models import Enrolment, Person
from app.settings import Settings
from tests.app.conftest import (
    empty,
    migrated_url,  # noqa: F401
    open_folder,  # noqa: F401
    settings,  # noqa: F401
)
from tests.app.serving import serving
from tests.benchmarks.large_course import LargeCourse, make_large_course

pytestmark = pytest.mark.timeout(600)

ROUNDS = 5
CELLS = """
SELECT problem_id, person_id, points, submissions, judging, days_late FROM grades
WHERE person_id IN (SELECT person_id FROM enrolments WHERE course_id = %s)
"""


@dataclass(frozen=True)
class Courses:
    """A large course and a small one with as many problems."""

    large: LargeCourse
    small: LargeCourse


@pytest.fixture(scope="module")
def courses(migrated_url: URL) -> Iterator[Courses]:  # noqa: F811
    """Both, on a database with nothing else."""
    empty(migrated_url)
    yield Courses(
        make_large_course(migrated_url, 1000, 40), make_large_course(migrated_url, 50, 40)
    )
    empty(migrated_url)


@pytest.fixture
async def app(settings: Settings, migrated_url: URL) -> AsyncIterator[FastAPI]:  # noqa: F811
    """The service."""
    made = create_app(settings, migrated_url)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Asks it."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made


async def best(action: Callable[[], Awaitable[object]]) -> float:
    """The shortest of some runs, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await action()
        taken.append(time.perf_counter() - began)
    return min(taken)


class TestWhatItCosts:
    """The service's part."""

    async def test_all_cells_cost_little_more_than_reading_them(
        self,
        client: httpx.AsyncClient,
        courses: Courses,
        migrated_url: URL,  # noqa: F811
    ) -> None:
        async def bare() -> None:
            with psycopg.connect(conninfo(migrated_url)) as connection:
                assert len(connection.execute(CELLS, (courses.large.id,)).fetchall()) == 40_000

        whole = await best(lambda: _book(client, courses.large, 1000))
        assert whole / await best(bare) < 5

    async def test_twenty_times_the_students_cost_less_than_twenty_times_as_much(
        self, client: httpx.AsyncClient, courses: Courses
    ) -> None:
        large = await best(lambda: _book(client, courses.large, 1000))
        assert large / await best(lambda: _book(client, courses.small, 50)) < 20

    async def test_the_page_comes_with_its_first_rows_alone(
        self, client: httpx.AsyncClient, courses: Courses
    ) -> None:
        async def page(course: LargeCourse) -> int:
            answer = await client.get(
                f"/courses/{course.id}/gradebook",
                headers={**course.headers, "Accept": "text/html"},
                timeout=60,
            )
            assert answer.text.count('<tr><th scope="row"') == 50
            return len(answer.content)

        assert await page(courses.large) / await page(courses.small) < 1.1
        large = await best(lambda: page(courses.large))
        assert large / await best(lambda: page(courses.small)) < 8

    async def test_a_change_costs_a_fraction_of_all(
        self, client: httpx.AsyncClient, app: FastAPI, courses: Courses
    ) -> None:
        database: Database = app.state.database
        document = (await _book(client, courses.large, 1000)).json()
        problem, student = document["problems"][7]["id"], document["students"][500]["id"]
        pair = (uuid.UUID(problem), uuid.UUID(student))
        async with database.session() as session:
            statement = (
                select(Person)
                .join(Enrolment, Enrolment.person_id == Person.id)
                .where(Enrolment.course_id == courses.large.id, Enrolment.role == "owner")
            )
            owner = (await session.scalars(statement)).one()

        async def change() -> None:
            async with database.session() as session:
                told = await live.changes(
                    session, owner, courses.large.id, None, {pair}, reveal=False
                )
            assert told is not None
            assert len(told.cells) == 1

        assert await best(lambda: _book(client, courses.large, 1000)) / await best(change) > 3


class TestInTheBrowser:
    """The page's part: it holds and draws what is seen, however much there is."""

    @pytest.fixture
    async def page(
        self,
        settings: Settings,  # noqa: F811
        migrated_url: URL,  # noqa: F811
    ) -> AsyncIterator[Page]:
        """A window on the service."""
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        assert chromium is not None, "no chromium: `make setup` installs it"
        with serving(create_app(settings, migrated_url), settings) as address:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox"]
                )
                window = {"width": 1440, "height": 900}
                yield await browser.new_page(base_url=address, viewport=window)  # type: ignore[arg-type]
                await browser.close()

    async def test_scrolling_costs_the_same_with_more_students(
        self, page: Page, courses: Courses
    ) -> None:
        taken = []
        for course, students in ((courses.small, 50), (courses.large, 1000)):
            await _open(page, course)
            grid = page.locator("[role=grid]")
            assert await grid.get_attribute("aria-rowcount") == str(students + 1)
            taken.append(await page.evaluate(_SCROLL))
            assert await page.locator("#gradebook tbody td").count() < 40 * 20
        small, large = taken
        assert large / small < 3

    async def test_filters_and_sorts_as_the_api_does(
        self, page: Page, client: httpx.AsyncClient, courses: Courses
    ) -> None:
        """Both know the rules of it, so that typing need not wait for the service."""
        course = courses.small
        document = (await _book(client, course, 50)).json()
        problem = document["problems"][0]["id"]
        for query in (
            "q=student 004",
            "state=late",
            "state=unsubmitted",
            "sort=total&order=desc",
            f"sort={problem}&order=asc&state=late",
            "sort=name&order=desc&q=1",
        ):
            url = f"/api/v1/courses/{course.id}/gradebook?{query}"
            expected = (await client.get(url, headers=course.headers)).json()["students"]
            await _open(page, course, query)
            shown = await page.locator("[role=grid] .gb-who").all_text_contents()
            assert shown == [each["name"] for each in expected][: len(shown)], query
            assert bool(shown) is bool(expected)
            counted = f"{len(expected)} of 50 students" if len(expected) < 50 else "50 students"
            assert await page.locator("#gb-count").text_content() == counted


async def _open(page: Page, course: LargeCourse, query: str = "") -> None:
    await page.set_extra_http_headers(course.headers)
    await page.goto(f"/courses/{course.id}/gradebook?{query}")
    # The button goes once the script has all rows.
    await page.locator("[data-gradebook-show]").wait_for(state="detached")


# Goes down and up within what the small one has; the median of the frames' milliseconds.
_SCROLL = """async () => {
  const frame = document.getElementById("gradebook");
  const taken = [];
  for (let step = 0; step < 60; step++) {
    const began = performance.now();
    frame.scrollTop = 200 + 900 * (step % 2);
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    taken.push(performance.now() - began);
  }
  return taken.sort((one, two) => one - two)[30];
}"""


async def _book(client: httpx.AsyncClient, course: LargeCourse, students: int) -> httpx.Response:
    answer = await client.get(
        f"/api/v1/courses/{course.id}/gradebook", headers=course.headers, timeout=60
    )
    assert answer.json()["total"] == students
    return answer
