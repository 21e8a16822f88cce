"""The gradebook's pages: they say what the API says, to whom it says it, without a script too."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx
import pytest

from app.db.base import now
from app.models import Enrolment, Person
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Work, adjustment

STAFF = ("observer", "grader", "instructor", "owner", "admin")


@pytest.fixture
def pages(client: httpx.AsyncClient, room: Classroom) -> Any:
    """Asks for a page below the course in somebody's name."""

    async def ask(who: str, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        headers = {**room.headers(who), "Accept": "text/html"}
        url = f"/courses/{room.course.id}{path}"
        return await client.request(method, url, headers=headers, **options)

    return ask


def texts(page: httpx.Response, start: str, end: str) -> list[str]:
    """What stands between these in a page, without marks."""
    found = re.findall(f"{re.escape(start)}(.*?){re.escape(end)}", page.text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in found]


class TestGradebookPage:
    """GET /courses/{id}/gradebook."""

    async def test_shows_what_the_api_says(self, pages: Any, room: Classroom, work: Work) -> None:
        await work("student", 0.5)
        page = await pages("observer", "/gradebook")
        assert page.status_code == 200, page.text
        assert texts(page, '<tr><th scope="row" class="gb-name">', "</tr>") == [
            "the other – , nothing submitted",
            "the student 5 5",
        ]
        cell = f"/courses/{room.course.id}/gradebook/{room.problem.id}/"
        assert f'href="{cell}{room.people["student"].person.id}"' in page.text
        page = await pages("observer", "/gradebook", params={"q": "student", "sort": "total"})
        assert texts(page, '<span class="gb-who">', "</span>") == ["the student"]
        assert "1 of 2 students" in page.text
        assert "No student fits" in (await pages("owner", "/gradebook?q=nobody")).text

    async def test_a_heading_tells_whole_what_it_clips(self, pages: Any, room: Classroom) -> None:
        await room.change(title="Layers, and everything that goes with them")
        page = (await pages("owner", "/gradebook")).text
        (said,) = re.findall(r'<a [^>]*title="([^"]+)"><span class="gb-of">', page)
        assignment, _, problem = said.partition(": ")
        assert assignment == "Layers, and everything that goes with them"
        assert f'<span class="gb-of">{assignment}</span>' in page
        assert f'<span class="gb-title">{problem}</span>' in page

    async def test_who_may(self, pages: Any, room: Classroom) -> None:
        cell = f"/gradebook/{room.problem.id}/{room.people['student'].person.id}"
        for path in ("/gradebook", "/gradebook/log", cell):
            for who in STAFF:
                assert (await pages(who, path)).status_code == 200
            assert (await pages("student", path)).status_code == 403
            assert (await pages("stranger", path)).status_code == 404
        assert (await pages("stranger", "/grades")).status_code == 404

    async def test_nobody_enrolled_and_nothing_set(self, pages: Any, room: Classroom) -> None:
        async with room.database.session() as session:
            for name in ("student", "other"):
                (await session.get_one(Enrolment, room.enrolments[name].id)).left_at = now()
        assert "Nobody is enrolled yet" in (await pages("owner", "/gradebook")).text
        assert "Nothing was changed" in (await pages("owner", "/gradebook/log")).text

    async def test_pages_follow_one_another(self, pages: Any, room: Classroom) -> None:
        async with room.database.session() as session:
            for number in range(120):
                person = Person(id=uuid.uuid4(), name=f"student {number:03}")
                session.add(person)
                await session.flush()
                session.add(Enrolment(course_id=room.course.id, person_id=person.id))
        seen: list[str] = []
        path, count = "/gradebook?sort=name&order=desc", 0
        while path and count < 5:
            page = await pages("owner", path)
            seen += texts(page, '<span class="gb-who">', "</span>")
            further = re.search(r'rel="next" href="([^"]+)"', page.text)
            path = "/gradebook" + further.group(1).replace("&amp;", "&") if further else ""
            count += 1
        assert (len(seen), count) == (122, 3)
        assert seen == sorted(seen, reverse=True)

    async def test_takes_its_own_form(self, pages: Any, room: Classroom) -> None:
        """A form sends every field, also those that are left empty."""
        form = f"/gradebook?assignment={room.assignment.id}&q=&section=&state="
        page = await pages("owner", form)
        assert page.status_code == 200
        assert "Publish grades" in page.text
        page = await pages("owner", "/gradebook?assignment=&q=&section=&state=unsubmitted")
        assert page.status_code == 200
        assert (await pages("owner", "/gradebook?section=none")).status_code == 422

    async def test_publishes_and_takes_back(self, pages: Any, room: Classroom) -> None:
        one = f"/gradebook?assignment={room.assignment.id}"
        place = f"/gradebook/assignments/{room.assignment.id}"
        assert "Publish grades" not in (await pages("grader", one)).text
        assert "Publish grades" in (await pages("owner", one)).text
        assert (await pages("grader", f"{place}/publish", "POST")).status_code == 403
        answer = await pages("owner", f"{place}/publish", "POST")
        assert answer.headers["location"].endswith(one)
        assert "Take grades back" in (await pages("owner", one)).text
        await pages("owner", f"{place}/unpublish", "POST")
        assert "Publish grades" in (await pages("owner", one)).text

    async def test_anonymous_grading_names_nobody(
        self, pages: Any, room: Classroom, work: Work
    ) -> None:
        await room.change(anonymous=True)
        hidden = [str(room.people[name].person.id) for name in ("student", "other")]
        async with room.database.session() as session:
            for name in ("student", "other"):
                person = await session.get_one(Person, room.people[name].person.id)
                person.name = f"marker-{name}"
                hidden.append(person.name)
        await work("student", 0.5)
        one = f"/gradebook?assignment={room.assignment.id}"
        page = await pages("grader", one)
        assert not any(each in page.text for each in hidden)
        alias = re.findall(rf"/gradebook/{room.problem.id}/([0-9a-f-]+)\"", page.text)[0]
        page = await pages("grader", f"/gradebook/{room.problem.id}/{alias}")
        assert page.status_code == 200
        assert not any(each in page.text for each in hidden)
        assert "is not shown beside names" in (await pages("owner", "/gradebook")).text
        assert "marker-student" in (await pages("owner", f"{one}&reveal=true")).text


class TestCellPage:
    """GET /courses/{id}/gradebook/{problem}/{student}, and its form."""

    async def test_adjusts_and_takes_that_away(
        self, pages: Any, room: Classroom, work: Work
    ) -> None:
        await work("student", 0.5)
        path = adjustment(room)
        cell = path.removesuffix("/adjustment")
        form = {"points": "7,5", "reason": "It rounds.", "version": "0"}
        answer = await pages("grader", path, "POST", data=form)
        assert answer.status_code == 303
        assert "Set by hand to 7.5 by the grader" in (await pages("grader", cell)).text
        stale = await pages("owner", path, "POST", data=form | {"points": "3", "reason": "Mine."})
        assert stale.status_code == 409
        assert "the grader set 7.5 points (It rounds.)" in stale.text
        assert 'value="3"' in stale.text
        assert ">Mine.</textarea>" in stale.text
        assert 'name="version" value="1"' in stale.text
        for wrong in ({"points": "many"}, {"points": "nan"}, {"reason": ""}, {"points": "-1"}):
            answer = await pages("owner", path, "POST", data=form | {"version": "1"} | wrong)
            assert answer.status_code == 422
            assert next(iter(wrong)).capitalize() + ":" in answer.text
            said = "Points: a number from 0 to 1,000,000, for example 7.5."
            assert (said in answer.text) == ("points" in wrong)
        form = {"reason": "Wrong one.", "version": "1", "remove": "yes"}
        assert (await pages("grader", path, "POST", data=form)).status_code == 303
        page = await pages("grader", cell)
        assert "Set by hand" not in page.text
        log = (await pages("owner", "/gradebook/log")).text
        assert log.index("Adjustment taken away") < log.index("Points set by hand")

    async def test_readers_are_offered_no_form(self, pages: Any, room: Classroom) -> None:
        path = adjustment(room)
        page = await pages("observer", path.removesuffix("/adjustment"))
        assert "<form" not in page.text.split("<main")[1].split("</main>")[0]
        form = {"points": "1", "reason": "x", "version": "0"}
        assert (await pages("observer", path, "POST", data=form)).status_code == 403


class TestGradesPage:
    """GET /courses/{id}/grades."""

    async def test_tells_as_much_as_is_published(
        self, pages: Any, room: Classroom, work: Work
    ) -> None:
        await work("student", 0.5)
        page = await pages("student", "/grades")
        assert "not published yet" in page.text
        assert "50 %" not in page.text
        await room.publish()
        page = await pages("student", "/grades")
        assert "earned 50 % of 10 points; it was on time: 5 points." in page.text
        await room.change(listed=False)
        assert "There are no assignments yet." in (await pages("other", "/grades")).text
