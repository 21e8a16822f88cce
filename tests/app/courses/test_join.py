"""Joining a course by its code, and by an invitation to an address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts import service as accounts
from app.courses.grading import recompute
from app.courses.joining import WRONG_CODES_OF_A_PERSON
from app.courses.joining_codes import new_code, shown, understood
from app.courses.rules import AssignmentRules, LatePolicy, Window
from app.db.base import now
from app.db.engine import Database
from app.models import Course, CourseInvitation, CourseRole, Enrolment, Grade, Person, Section
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    enrol,
    grant,
    make_assignment,
    make_course,
    set_problem,
)

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
JOIN = "/api/v1/me/courses"


@pytest.fixture
async def course(database: Database, teacher: Learner) -> Course:
    """A course of the teacher's."""
    async with database.session() as session:
        made = await make_course(session)
        await enrol(session, made, teacher.person, CourseRole.OWNER)
        return made


@pytest.fixture
def path(course: Course) -> str:
    """Where the course is."""
    return f"/api/v1/courses/{course.id}"


@pytest.fixture
async def code(client: httpx.AsyncClient, path: str, teacher: Learner) -> str:
    """The code of the course."""
    answer = await client.post(f"{path}/join-code", headers=teacher.headers)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["code"]
    assert answer.json()["url"] == f"http://127.0.0.1:8000/courses/join?code={made}"
    return made


async def roles(database: Database, person: Person) -> list[tuple[str, bool]]:
    """What somebody is in courses, and whether they are there now."""
    async with database.session() as session:
        rows = await session.scalars(select(Enrolment).where(Enrolment.person_id == person.id))
        return [(row.role, row.left_at is None) for row in rows]


class TestCodes:
    """Codes are typed by people."""

    def test_what_is_shown_is_understood(self) -> None:
        code = new_code()
        assert re.fullmatch("[0-9B-DF-HJKMNP-TV-Z]{4}-[0-9B-DF-HJKMNP-TV-Z]{4}", str(shown(code)))
        assert understood(str(shown(code))) == understood(code.lower()) == code

    @given(st.text(max_size=20))
    def test_anything_else_is_a_code_or_none(self, text: str) -> None:
        found = understood(text)
        assert found is None or understood(str(shown(found))) == found

    def test_what_is_misread_is_understood(self) -> None:
        assert understood(" o1il–9 qxw ") == "01119QXW"
        assert understood("7H3K-9QX") is understood("7H3K-9QXA") is None
        assert understood("oiL1-9qXu") == "01119QXV"


class TestJoin:
    """POST /me/courses."""

    async def test_twice_is_harmless(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        ann: Learner,
        code: str,
    ) -> None:
        for typed in (code, code.lower().replace("-", " ")):
            answer = await client.post(JOIN, json={"code": typed}, headers=ann.headers)
            assert (answer.status_code, answer.json()["id"]) == (200, str(course.id))
            assert (answer.json()["role"], answer.json()["join_code"]) == ("student", None)
        assert await roles(database, ann.person) == [("student", True)]

    async def test_at_once_too(
        self, client: httpx.AsyncClient, database: Database, ann: Learner, ben: Learner, code: str
    ) -> None:
        answers = await asyncio.gather(
            *(
                client.post(JOIN, json={"code": code}, headers=who.headers)
                for who in (ann, ben, ann, ben)
            )
        )
        assert {answer.status_code for answer in answers} == {200}
        assert await roles(database, ann.person) == [("student", True)]

    async def test_staff_stay_what_they_are(
        self, client: httpx.AsyncClient, teacher: Learner, code: str
    ) -> None:
        answer = await client.post(JOIN, json={"code": code}, headers=teacher.headers)
        assert answer.json()["role"] == "owner"

    async def test_who_left_comes_back_as_a_student(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        ann: Learner,
        code: str,
    ) -> None:
        async with database.session() as session:
            await enrol(session, course, ann.person, CourseRole.GRADER)
        await client.post(f"{path}/leave", headers=ann.headers)
        assert await roles(database, ann.person) == [("grader", False)]
        await client.post(JOIN, json={"code": code}, headers=ann.headers)
        assert await roles(database, ann.person) == [("student", True)]

    async def test_who_was_taken_out_comes_back_by_staff_alone(
        self,
        client: httpx.AsyncClient,
        database: Database,
        path: str,
        ann: Learner,
        teacher: Learner,
        code: str,
        check_problem: CheckProblem,
    ) -> None:
        join = {"url": JOIN, "json": {"code": code}, "headers": ann.headers}
        back: tuple[tuple[str, Any], ...] = (
            (f"/people/{ann.person.id}/restore", None),
            ("/people", {"who": "ann"}),
        )
        assert (await client.post(**join)).status_code == 200
        for place, body in back:
            gone = await client.delete(f"{path}/people/{ann.person.id}", headers=teacher.headers)
            assert gone.status_code == 204
            document = check_problem(await client.post(**join), 403, "forbidden")
            assert "took you out" in document["detail"]
            token = {"Cookie": "", **ann.headers}
            typed = await client.post("/courses/join", data={"code": code}, headers=token)
            assert (typed.status_code, "took you out" in typed.text) == (403, True)
            assert await roles(database, ann.person) == [("student", False)]
            answer = await client.post(f"{path}{place}", json=body, headers=teacher.headers)
            assert answer.is_success, answer.text
            # Nothing of it stays with who is in again, and leaves by themselves.
            assert await roles(database, ann.person) == [("student", True)]
            left = await client.post(f"/courses/{path.split('/')[-1]}/leave", headers=ann.headers)
            assert left.status_code == 303, left.text
            assert (await client.post(**join)).status_code == 200

    async def test_a_code_ends(
        self,
        client: httpx.AsyncClient,
        path: str,
        teacher: Learner,
        ann: Learner,
        code: str,
        check_problem: CheckProblem,
    ) -> None:
        async def refused(old: str) -> None:
            answer = await client.post(JOIN, json={"code": old}, headers=ann.headers)
            check_problem(answer, 404, "not-found")

        headers = teacher.headers
        assert (await client.get(path, headers=headers)).json()["join_code"] == code
        renewed = (await client.post(f"{path}/join-code", headers=headers)).json()["code"]
        await refused(code)
        await client.patch(path, json={"archived": True}, headers=headers)
        await refused(renewed)
        answer = await client.post(f"{path}/join-code", headers=headers)
        check_problem(answer, 403, "forbidden")
        await client.patch(path, json={"archived": False}, headers=headers)
        assert (await client.delete(f"{path}/join-code", headers=headers)).status_code == 204
        assert (await client.delete(f"{path}/join-code", headers=headers)).status_code == 204
        await refused(renewed)
        assert (await client.get(path, headers=headers)).json()["join_code"] is None

    async def test_who_guesses_has_to_wait(
        self,
        client: httpx.AsyncClient,
        ann: Learner,
        ben: Learner,
        code: str,
        check_problem: CheckProblem,
    ) -> None:
        for number in range(WRONG_CODES_OF_A_PERSON):
            body = {"code": f"0000-000{number}" if number else "\0"}
            answer = await client.post(JOIN, json=body, headers=ann.headers)
            check_problem(answer, 404, "not-found")
        answer = await client.post(JOIN, json={"code": code}, headers=ann.headers)
        check_problem(answer, 429, "too-many-tries")
        assert answer.headers["Retry-After"] == "600"
        # Others of the same network are not held up by one.
        answer = await client.post(JOIN, json={"code": code}, headers=ben.headers)
        assert answer.status_code == 200

    async def test_students_make_no_code(
        self,
        client: httpx.AsyncClient,
        path: str,
        ann: Learner,
        code: str,
        check_problem: CheckProblem,
    ) -> None:
        await client.post(JOIN, json={"code": code}, headers=ann.headers)
        answer = await client.post(f"{path}/join-code", headers=ann.headers)
        check_problem(answer, 403, "forbidden")
        answer = await client.delete(f"{path}/join-code", headers=ann.headers)
        check_problem(answer, 403, "forbidden")


class TestInvited:
    """Who is invited is enrolled once an address is known to be theirs."""

    async def invite(self, database: Database, course: Course, role: CourseRole) -> None:
        async with database.session() as session:
            section = Section(course_id=course.id, name="Lab")
            session.add(section)
            await session.flush()
            session.add(
                CourseInvitation(
                    course_id=course.id,
                    email="ann@example.com",
                    role=role.value,
                    section_id=section.id,
                    student_number="7",
                )
            )

    async def give_address(self, database: Database, who: Learner) -> None:
        async with database.session() as session:
            person = await session.get(Person, who.person.id)
            assert person is not None
            await accounts.set_email(session, person, "Ann@Example.com")

    async def test_by_confirming_the_address(
        self, database: Database, course: Course, ann: Learner, ben: Learner, count: Any
    ) -> None:
        await self.invite(database, course, CourseRole.GRADER)
        async with database.session() as session:
            await accounts.start_session(session, ben.person.id, 1)
        assert count("course_invitations") == 1
        await self.give_address(database, ann)
        async with database.session() as session:
            row = (
                await session.scalars(select(Enrolment).where(Enrolment.person_id == ann.person.id))
            ).one()
            section = await session.get(Section, row.section_id)
        assert (row.role, row.student_number, section and section.name) == ("grader", "7", "Lab")
        assert count("course_invitations") == 0
        assert await roles(database, ben.person) == []

    async def test_by_signing_in(
        self, database: Database, course: Course, ann: Learner, count: Any
    ) -> None:
        await self.give_address(database, ann)
        await self.invite(database, course, CourseRole.STUDENT)
        async with database.session() as session:
            await accounts.start_session(session, ann.person.id, 1)
        assert await roles(database, ann.person) == [("student", True)]
        assert count("course_invitations") == 0

    @pytest.mark.parametrize(
        ("left", "role"), [(False, CourseRole.INSTRUCTOR), (True, CourseRole.GRADER)]
    )
    async def test_who_is_there_stays_and_who_left_comes_back(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        ann: Learner,
        left: bool,
        role: CourseRole,
    ) -> None:
        async with database.session() as session:
            await enrol(session, course, ann.person, CourseRole.INSTRUCTOR)
        if left:
            await client.post(f"{path}/leave", headers=ann.headers)
        await self.invite(database, course, CourseRole.GRADER)
        await self.give_address(database, ann)
        assert await roles(database, ann.person) == [(role.value, True)]

    async def test_grades_follow_who_comes_back_in_another_section(
        self, database: Database, course: Course, ann: Learner, package: Package
    ) -> None:
        due = now() - timedelta(hours=1)
        rules = AssignmentRules(
            window=Window(due_at=due, late_until=due + timedelta(days=3)),
            late=LatePolicy(percent_per_day=50),
        )
        async with database.session() as session:
            place = await enrol(session, course, ann.person)
            problem = await set_problem(
                session, await make_assignment(session, course, rules), package
            )
            await add_submission(session, ann.person.id, problem, 1.0)
            await recompute(session, course.id)
            place.left_at = now()
        await self.invite(database, course, CourseRole.STUDENT)
        async with database.session() as session:
            lab = (await session.scalars(select(Section))).one()
            await grant(session, course, [], section_id=lab.id, later_by=timedelta(days=2))
        await self.give_address(database, ann)
        async with database.session() as session:
            assert list(await session.scalars(select(Grade.points))) == [10.0]
