"""While an assignment is graded anonymously, nothing that graders read says whose work it is."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.db.base import now
from app.gradebook import live
from app.gradebook.anonymity import pseudonym, pseudonym_name
from app.models import Assignment, AssignmentProblem, Enrolment, GradeChange, Section
from judge.package import Package
from tests.app.coursework import make_assignment, set_problem
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work, adjustment

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


@pytest.fixture
async def hidden(room: Classroom, work: Work) -> Classroom:
    """The course, with its assignment graded anonymously and two students who submitted."""
    await room.change(anonymous=True)
    async with room.database.session() as session:
        section = Section(course_id=room.course.id, name="marker-section")
        session.add(section)
        await session.flush()
        for name in ("student", "other"):
            person = await session.merge(room.people[name].person)
            person.name, person.email = f"marker-{name}", f"marker-{name}@example.com"
            enrolment = await session.get_one(Enrolment, room.enrolments[name].id)
            enrolment.section_id, enrolment.student_number = section.id, f"marker-{name}"
    await work("student", 0.5)
    await work("other", 1.0)
    return room


async def assignment(room: Classroom) -> Assignment:
    """The assignment as it is now."""
    async with room.database.session() as session:
        return await session.get_one(Assignment, room.assignment.id)


async def alias(room: Classroom, name: str = "student") -> uuid.UUID:
    """What a student is called."""
    return pseudonym(await assignment(room), room.people[name].person.id)


def tells(room: Classroom, text: str) -> bool:
    """Whether a text says who one of the students is."""
    ids = [str(room.people[name].person.id) for name in ("student", "other")]
    ids += [str(room.enrolments[name].id) for name in ("student", "other")]
    return any(mark in text for mark in ("marker-", *ids))


class TestWhatIsHidden:
    """Gradebook, cell, log and events."""

    async def test_the_gradebook_by_itself(self, ask: Ask, hidden: Classroom) -> None:
        params: dict[str, str] = {"assignment": str(hidden.assignment.id)}
        for who in ("observer", "grader", "instructor", "owner", "admin"):
            answer = await ask(who, "GET", "/gradebook", params=params)
            assert answer.status_code == 200
            assert not tells(hidden, answer.text)
        document = answer.json()
        assert document["assignments"][0]["names_hidden"] is True
        names = [row["name"] for row in document["students"]]
        aliases = [await alias(hidden, name) for name in ("student", "other")]
        assert names == sorted(map(pseudonym_name, aliases))
        points = dict(zip(names, document["columns"][0]["points"], strict=True))
        assert points[pseudonym_name(await alias(hidden))] == 5.0
        for found in ({"q": "marker"}, {"section": str(uuid.uuid4())}):
            answer = await ask("grader", "GET", "/gradebook", params=params | found)
            assert answer.json()["students"] == []
        for sort in ("number", "email", "section"):
            answer = await ask("grader", "GET", "/gradebook", params=params | {"sort": sort})
            assert [row["name"] for row in answer.json()["students"]] == names

    async def test_beside_others_it_is_withheld(
        self, ask: Ask, hidden: Classroom, package: Package
    ) -> None:
        async with hidden.database.session() as session:
            open_one = await make_assignment(session, hidden.course, position=1)
            problem = await set_problem(session, open_one, package)
        document = (await ask("grader", "GET", "/gradebook", params={"sort": "total"})).json()
        assert [row["name"] for row in document["students"]] == ["marker-other", "marker-student"]
        assert [each["id"] for each in document["problems"]] == [str(problem.id)]
        assert [each["withheld"] for each in document["assignments"]] == [True, False]
        answer = await ask("grader", "GET", "/gradebook", params={"sort": str(hidden.problem.id)})
        assert answer.status_code == 404

    async def test_a_cell(self, ask: Ask, hidden: Classroom, check_problem: CheckProblem) -> None:
        path = f"/gradebook/{hidden.problem.id}"
        answer = await ask("grader", "GET", f"{path}/{await alias(hidden)}")
        assert answer.json()["points"] == 5.0
        assert not tells(hidden, answer.text)
        real = hidden.people["student"].person.id
        check_problem(await ask("grader", "GET", f"{path}/{real}"), 404, "not-found")

    async def test_adjusting_and_the_log(
        self, ask: Ask, hidden: Classroom, check_problem: CheckProblem
    ) -> None:
        body = {"points": 1, "reason": "x", "version": 0}
        real = hidden.people["student"].person.id
        answer = await ask("grader", "PUT", adjustment(hidden, real), json=body)
        check_problem(answer, 404, "not-found")
        who = await alias(hidden)
        answer = await ask("grader", "PUT", adjustment(hidden, str(who)), json=body)
        assert answer.status_code == 200
        async with hidden.database.session() as session:
            session.add(
                GradeChange(
                    kind="granted",
                    course_id=hidden.course.id,
                    problem_id=hidden.problem.id,
                    person_id=real,
                )
            )
        log = await ask("owner", "GET", "/gradebook/log")
        assert not tells(hidden, log.text)
        (entry,) = log.json()["items"]
        assert (entry["student_id"], entry["student"]) == (str(who), pseudonym_name(who))
        for student, found in ((who, 1), (real, 0)):
            params = {"student": str(student)}
            answer = await ask("grader", "GET", "/gradebook/log", params=params)
            assert len(answer.json()["items"]) == found

    async def test_events(self, app: FastAPI, hidden: Classroom, work: Work) -> None:
        stream = live.stream(
            hidden.database,
            app.state.notifications,
            hidden.people["grader"].person,
            hidden.course.id,
            hidden.assignment.id,
            reveal=False,
        )
        told = await anext(stream)
        async with asyncio.timeout(10):
            while told.event == "reload":
                await work("student", 0.0)
                told = await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        assert told.raw_data is not None
        assert not tells(hidden, told.raw_data)
        cells = json.loads(told.raw_data)["cells"]
        assert str(await alias(hidden)) in {cell["student_id"] for cell in cells}

    async def test_published_names_are_shown_again(self, ask: Ask, hidden: Classroom) -> None:
        await hidden.change(published_at=now())
        params = {"assignment": str(hidden.assignment.id)}
        document = (await ask("grader", "GET", "/gradebook", params=params)).json()
        assert [row["name"] for row in document["students"]] == ["marker-other", "marker-student"]


class TestReveal:
    """Who teaches may ask for the names, and the log says that they did."""

    async def test_is_for_who_teaches_and_logged(
        self, ask: Ask, hidden: Classroom, check_problem: CheckProblem
    ) -> None:
        params = {"assignment": str(hidden.assignment.id), "reveal": "true"}
        for who in ("observer", "grader"):
            answer = await ask(who, "GET", "/gradebook", params=params)
            check_problem(answer, 403, "forbidden")
            answer = await ask(who, "GET", "/gradebook/events", params=params)
            check_problem(answer, 403, "forbidden")
        assert (await ask("grader", "GET", "/gradebook/log")).json()["items"] == []
        for _ in range(2):
            document = (await ask("instructor", "GET", "/gradebook", params=params)).json()
            assert document["students"][0]["name"] == "marker-other"
        real = hidden.people["student"].person.id
        cell = f"/gradebook/{hidden.problem.id}/{real}"
        answer = await ask("owner", "GET", cell, params={"reveal": "true"})
        assert answer.json()["student"]["email"] == "marker-student@example.com"
        body = {"points": 1, "reason": "x", "version": 0}
        answer = await ask("owner", "PUT", f"{cell}/adjustment?reveal=true", json=body)
        assert answer.status_code == 200
        log = (await ask("grader", "GET", "/gradebook/log")).json()["items"]
        assert [(each["kind"], each["actor"]) for each in log] == [
            ("adjusted", "the owner"),
            ("names_shown", "the owner"),
            ("names_shown", "the instructor"),
        ]

    async def test_is_logged_too_where_the_grading_is_made_to_show_them(
        self, ask: Ask, hidden: Classroom
    ) -> None:
        """Else who teaches could look by the way, and hide the names again."""
        place = f"/assignments/{hidden.assignment.id}"
        for anonymous in (True, False, True):
            version = (await ask("instructor", "GET", place)).json()["version"]
            body = {"anonymous": anonymous, "version": version}
            answer = await ask("instructor", "PATCH", f"{place}?dry_run=true", json=body)
            assert answer.status_code == 200, answer.text
            answer = await ask("instructor", "PATCH", place, json=body)
            assert answer.status_code == 200, answer.text
        (entry,) = (await ask("grader", "GET", "/gradebook/log")).json()["items"]
        assert (entry["kind"], entry["actor"]) == ("names_shown", "the instructor")
        assert entry["reason"] == "It is graded anonymously no more."


class TestPseudonym:
    """What stands for a student."""

    @given(st.uuids(), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
    def test_follows_from_a_key_and_is_another_under_another(
        self, person_id: uuid.UUID, key: bytes, other: bytes
    ) -> None:
        one, two = Assignment(pseudonym_key=key), Assignment(pseudonym_key=other)
        assert pseudonym(one, person_id) == pseudonym(one, person_id)
        assert (pseudonym(one, person_id) == pseudonym(two, person_id)) == (key == other)
        assert pseudonym_name(pseudonym(one, person_id)).isprintable()

    async def test_each_assignment_has_a_key(self, room: Classroom, package: Package) -> None:
        async with room.database.session() as session:
            second = await make_assignment(session, room.course)
            problem: AssignmentProblem = await set_problem(session, second, package)
            assert problem.assignment_id == second.id
        first = await assignment(room)
        assert len(first.pseudonym_key) == len(second.pseudonym_key) == 32
        assert first.pseudonym_key != second.pseudonym_key
