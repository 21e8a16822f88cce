"""Pages of assignments and extensions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db.base import now
from app.db.engine import Database
from app.models import Assignment, Enrolment, GrantMember, GrantRow
from app.web.assignment_forms import empty_fields, on_the_wall
from judge.package import Package
from tests.app.conftest import PROBLEM
from tests.app.coursework import grant
from tests.app.gradebook.classroom import Classroom, make_classroom

Get = Callable[..., Awaitable[httpx.Response]]
DAY = timedelta(days=1)
FORM = {**empty_fields(), "title": "Week 3", "problem.0.slug": PROBLEM, "problem.0.points": "8"}


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course with one listed assignment of one problem."""
    return await make_classroom(database, package)


@pytest.fixture
def ask(client: httpx.AsyncClient, room: Classroom) -> Get:
    """Asks for a page of the course, or sends a form, in somebody's name."""

    async def request(who: str, path: str, form: dict[str, Any] | None = None) -> httpx.Response:
        headers = {**room.headers(who), "Accept": "text/html"}
        place = f"/courses/{room.course.id}{path}"
        if form is None:
            return await client.get(place, headers=headers)
        return await client.post(place, data=form, headers=headers)

    return request


def fields_in(page: str) -> dict[str, Any]:
    """What the form of a page sends as it stands."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        if not name or (_attribute(tag, "type") in ("checkbox", "radio") and " checked" not in tag):
            continue
        found[name] = value if value is not None else "on"
    for name, inside in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        options = re.findall(r"<option([^>]*)>([^<]*)", inside)
        chosen = [option for option in options if " selected" in option[0]] or options
        value = _attribute(chosen[0][0], "value")
        found[name] = chosen[0][1] if value is None else value
    return found


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else None


class TestAssignmentPage:
    async def test_by_role(self, ask: Get, room: Classroom) -> None:
        place = f"/assignments/{room.assignment.id}"
        seen = {
            who: (await ask(who, place)).status_code
            for who in ("student", "observer", "grader", "owner", "admin", "stranger")
        }
        assert seen == dict.fromkeys(seen, 200) | {"stranger": 404}
        for path in (f"{place}/edit", "/assignments/new", "/extensions/new"):
            assert (await ask("grader", path)).status_code == 403, path
            assert (await ask("stranger", path)).status_code == 404, path
            page = await ask("instructor", path)
            assert (page.status_code, "<form" in page.text) == (200, True), path
        assert (await ask("observer", "/extensions")).status_code == 200
        assert (await ask("student", "/extensions")).status_code == 403
        assert "/edit" in (await ask("owner", place)).text
        assert "/edit" not in (await ask("grader", place)).text
        for who, staff in (("owner", True), ("grader", True), ("student", False)):
            page = (await ask(who, place)).text
            assert (f"/gradebook?assignment={room.assignment.id}" in page) is staff

    async def test_what_a_student_reads(self, ask: Get, room: Classroom) -> None:
        place = f"/assignments/{room.assignment.id}"
        due = now() + 2 * DAY
        await room.change(due_at=due, late_until=due + DAY, instructions="Read *this*.")
        await room.submit("student", 1.0)
        page = (await ask("student", place)).text
        assert "<em>this</em>" in page
        assert f'datetime="{due.isoformat(timespec="seconds")}"' in page
        assert f"?assignment_problem={room.problem.id}" in page
        assert "then at no cost for 1 day" in page
        assert "told once grades are published" in page
        assert "Hidden groups" not in page
        await room.change(opens_at=now() + DAY)
        page = (await ask("student", place)).text
        assert "Not open yet" in page
        assert PROBLEM not in page

    async def test_an_assignment_without_problems(self, ask: Get, room: Classroom) -> None:
        made = await ask("owner", "/assignments/new", {**empty_fields(), "title": "Bare"})
        page = await ask(
            "owner", made.headers["location"].removeprefix(f"/courses/{room.course.id}")
        )
        assert "There are none yet." in page.text


class TestForms:
    async def test_made_and_changed(self, ask: Get, room: Classroom, database: Database) -> None:
        due = on_the_wall(now() + 9 * DAY, "UTC")
        made = await ask("instructor", "/assignments/new", {**FORM, "due_at": due, "listed": "on"})
        assert made.status_code == 303
        place = made.headers["location"].removeprefix(f"/courses/{room.course.id}")
        page = await ask("instructor", f"{place}/edit")
        sent = fields_in(page.text)
        assert (sent["title"], sent["due_at"], sent["problem.0.points"]) == ("Week 3", due, "8")
        sent |= {"title": "Week three", "problem.0.hidden": ["shapes"], "problem.0.points": "9"}
        saved = await ask("instructor", f"{place}/edit", sent)
        assert saved.status_code == 303, saved.text
        page = await ask("instructor", place)
        assert "Week three" in page.text
        assert "shapes" in page.text
        sent["title"] = "Too late"
        stale = await ask("instructor", f"{place}/edit", sent)
        assert stale.status_code == 409
        assert "Somebody has changed this assignment" in stale.text
        assert 'value="Too late"' in stale.text
        again = "Read it again as it is now"
        assert again in stale.text
        wrong = await ask("instructor", f"{place}/edit", {**sent, "title": ""})
        assert (wrong.status_code, again in wrong.text) == (422, False)

    async def test_what_is_wrong_is_said_above_the_form_as_it_was_sent(
        self, ask: Get, database: Database
    ) -> None:
        wrong = {**FORM, "title": "Kept <title>", "problem.0.points": "-1"}
        answer = await ask("owner", "/assignments/new", wrong)
        assert answer.status_code == 422
        assert "Problem 1, points: Input should be greater than or equal to 0." in answer.text
        assert 'value="Kept &lt;title&gt;"' in answer.text
        wrong = {**FORM, "late_until": "2026-03-13T23:59"}
        answer = await ask("owner", "/assignments/new", wrong)
        assert (answer.status_code, "without a due date nothing is late" in answer.text) == (
            422,
            True,
        )
        async with database.session() as session:
            assert len((await session.scalars(select(Assignment))).all()) == 1

    async def test_what_takes_points_is_said_before_it_is_saved(
        self, ask: Get, room: Classroom
    ) -> None:
        place = f"/assignments/{room.assignment.id}"
        await room.submit("student", 1.0)
        sent = fields_in((await ask("owner", f"{place}/edit")).text)
        assert (await ask("owner", f"{place}/edit", {**sent, "counts": "last"})).status_code == 303
        sent = fields_in((await ask("owner", f"{place}/edit")).text)
        asked = await ask("owner", f"{place}/edit", {**sent, "problem.0.points": "4"})
        assert asked.status_code == 200
        assert "1 student loses points" in asked.text
        assert "Save all the same" in asked.text
        assert fields_in((await ask("owner", f"{place}/edit")).text)["problem.0.points"] == "10"
        confirmed = await ask("owner", f"{place}/edit", fields_in(asked.text))
        assert confirmed.status_code == 303
        assert fields_in((await ask("owner", f"{place}/edit")).text)["problem.0.points"] == "4"

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"problem.0.slug": "double"}, 409),
            ({"problem.0.slug": ""}, 409),
            ({"problem.0.version": "0" * 64}, 422),
            ({"problem.0.hidden": "no such group"}, 422),
            ({"problem.1.slug": "no-such-problem", "problem.1.points": "1"}, 404),
        ],
    )
    async def test_a_change_that_is_refused_is_not_half_done(
        self,
        wrong: dict[str, str],
        status: int,
        ask: Get,
        room: Classroom,
        count: Callable[[str], int],
    ) -> None:
        place = f"/assignments/{room.assignment.id}"
        await room.submit("student", 1.0)
        before = fields_in((await ask("owner", f"{place}/edit")).text)
        sent = {**before, "title": "After", "counts": "last", "problem.0.points": "3", **wrong}
        for more in ({}, {"confirmed": "on"}):
            answer = await ask("owner", f"{place}/edit", {**sent, **more})
            assert answer.status_code == status, answer.text
            assert 'role="alert"' in answer.text
        assert fields_in((await ask("owner", f"{place}/edit")).text) == before
        assert count("grade_changes") == 0

    async def test_deleted_once_the_title_is_typed(self, ask: Get, room: Classroom) -> None:
        place = f"/assignments/{room.assignment.id}"
        await room.submit()
        refused = await ask("owner", f"{place}/delete", {"confirmation": "Something"})
        assert (refused.status_code, "type its title" in refused.text) == (409, True)
        # Where the title is to be typed stays open, and nothing is said to be out of date.
        assert re.search(r'<details class="sheet-delete" open>', refused.text)
        assert "Read it again" not in refused.text
        gone = await ask("owner", f"{place}/delete", {"confirmation": "First steps"})
        assert gone.headers["location"] == f"/courses/{room.course.id}"
        assert (await ask("owner", place)).status_code == 404


class TestExtensions:
    async def test_who_has_left_stays_named_when_another_thing_is_changed(
        self, ask: Get, room: Classroom, database: Database
    ) -> None:
        async with database.session() as session:
            members = [room.enrolments[who] for who in ("student", "other", "grader")]
            row = await grant(session, room.course, members, more_attempts=1)
            (await session.get_one(Enrolment, members[1].id)).left_at = now()
        place = f"/extensions/{row.id}"
        page = (await ask("owner", place)).text
        assert re.search(r"the other <span[^>]*>\(has left the course\)", page)
        assert re.search(r"the grader <span[^>]*>\(no student now\)", page)
        assert "the other (has left)" in (await ask("owner", "/extensions")).text
        ids = re.findall(r'name="person_ids" value="([^"]*)" checked', page)
        assert len(ids) == 3
        sent = {**fields_in(page), "person_ids": ids, "more_attempts": "2"}
        sent.pop("remove", None)
        assert (await ask("owner", place, sent)).status_code == 303

        async def named() -> set[uuid.UUID]:
            async with database.session() as session:
                return set(await session.scalars(select(GrantMember.enrolment_id)))

        assert await named() == {each.id for each in members}
        # They are let go where that is wished, and not named anew.
        left = str(room.people["other"].person.id)
        without = [each for each in ids if each != left]
        assert (await ask("owner", place, {**sent, "person_ids": without})).status_code == 303
        assert await named() == {members[0].id, members[2].id}
        refused = await ask("owner", place, sent)
        assert (refused.status_code, "Not students of this course" in refused.text) == (422, True)

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"late_until": "2001-01-01T00:00"}, 422),
            ({"section_id": str(uuid.uuid4())}, 404),
            ({"person_ids": []}, 422),
            ({"person_ids": [str(uuid.uuid4())]}, 422),
            ({"more_attempts": "0"}, 422),
            ({"more_attempts": "many"}, 422),
        ],
    )
    async def test_a_change_that_is_refused_is_not_half_done(
        self,
        wrong: dict[str, Any],
        status: int,
        ask: Get,
        room: Classroom,
        database: Database,
        count: Callable[[str], int],
    ) -> None:
        student = room.people["student"].person.id
        async with database.session() as session:
            about = {"assignment_id": room.assignment.id, "more_attempts": 1, "reason": "before"}
            row = await grant(session, room.course, [room.enrolments["student"]], **about)
        place = f"/extensions/{row.id}"
        sent = {**fields_in((await ask("owner", place)).text), "person_ids": [str(student)]}
        sent.pop("remove", None)
        sent |= {"more_attempts": "7", "reason": "after", **wrong}
        for more in ({}, {"confirmed": "on"}):
            answer = await ask("owner", place, {**sent, **more})
            assert answer.status_code == status, answer.text
            assert 'role="alert"' in answer.text
        async with database.session() as session:
            (kept,) = (await session.scalars(select(GrantRow))).all()
            (member,) = (await session.scalars(select(GrantMember.enrolment_id))).all()
        assert (kept.more_attempts, kept.reason, kept.late_until) == (1, "before", None)
        assert member == room.enrolments["student"].id
        assert count("grade_changes") == 0

    async def test_granted_changed_and_taken_back(
        self, ask: Get, room: Classroom, database: Database
    ) -> None:
        due = now() - timedelta(hours=30)
        await room.change(
            due_at=due,
            late_until=due + 5 * DAY,
            policy={
                **room.assignment.policy,
                "late": {"percent_per_day": 50, "most_percent": 100, "grace": "PT0S"},
            },
        )
        await room.submit("student", 1.0)
        assert "Nothing is granted yet" in (await ask("observer", "/extensions")).text
        theirs = f"/assignments/{room.assignment.id}"
        assert "granted" not in (await ask("student", theirs)).text
        student = str(room.people["student"].person.id)
        page = await ask(
            "owner", f"/extensions/new?assignment={room.assignment.id}&person={student}"
        )
        sent = fields_in(page.text)
        assert (sent["assignment_id"], sent["person_ids"]) == (str(room.assignment.id), student)
        nothing = await ask("owner", "/extensions/new", sent)
        assert (nothing.status_code, "It grants nothing." in nothing.text) == (422, True)
        sent |= {"later_by": "2", "later_by_unit": "days", "reason": "Ill & away"}
        assert (await ask("owner", "/extensions/new", sent)).status_code == 303
        listed = (await ask("observer", "/extensions")).text
        assert "due 2 days later" in listed
        assert "Ill &amp; away" in listed
        assert "the student" in listed
        assert "Change what" not in listed
        told = "dates, attempts and penalties on this page include the extension"
        assert told in (await ask("student", theirs)).text

        async with database.session() as session:
            (row,) = (await session.scalars(select(GrantRow))).all()
        place = f"/extensions/{row.id}"
        sent = fields_in((await ask("owner", place)).text)
        sent.pop("remove", None)
        assert (sent["later_by"], sent["later_by_unit"]) == ("2", "days")
        assert (await ask("owner", place, {**sent, "more_attempts": "3"})).status_code == 303
        asked = await ask("owner", place, {**sent, "remove": "on"})
        assert asked.status_code == 200
        assert "1 student loses points" in asked.text
        assert "Take it back all the same" in asked.text
        gone = await ask("owner", place, {**sent, "remove": "on", "confirmed": "on"})
        assert gone.status_code == 303
        assert (await ask("owner", place)).status_code == 404
