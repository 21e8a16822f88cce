"""Courses made, changed and deleted, and their sections."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.courses.grading import recompute
from app.courses.rules import AssignmentRules, LatePolicy, Window
from app.db.engine import Database
from app.models import AuditEntry, Course, CourseRole, Grade, GradeChange, Role, Submission
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    enrol,
    make_assignment,
    set_problem,
)

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
COURSES = "/api/v1/courses"


@pytest.fixture
async def course(client: httpx.AsyncClient, teacher: Learner) -> dict[str, Any]:
    """A course of the teacher's."""
    return await made(client, teacher)


async def made(client: httpx.AsyncClient, owner: Learner, **fields: Any) -> dict[str, Any]:
    """A course, as the answer to its owner shows it."""
    body = {"title": "Numerics", "term": "Autumn", "time_zone": "Europe/Zurich", **fields}
    answer = await client.post(COURSES, json=body, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put(
    database: Database, course: dict[str, Any], who: Learner, role: CourseRole = CourseRole.STUDENT
) -> None:
    """Enrol somebody."""
    async with database.session() as session:
        await enrol(session, await make_place(session, course), who.person, role)


async def make_place(session: Any, course: dict[str, Any]) -> Any:
    """The row of a course."""
    return await session.get(Course, uuid.UUID(course["id"]))


class TestCreate:
    """POST /courses."""

    async def test_who_makes_a_course_owns_it(
        self, client: httpx.AsyncClient, course: dict[str, Any], teacher: Learner
    ) -> None:
        assert course["role"] == "owner"
        assert (course["students"], course["join_code"], course["runtime"]) == (0, None, None)
        assert (course["time_zone"], course["late_days"]) == ("Europe/Zurich", 0)
        answer = await client.get(f"{COURSES}/{course['id']}", headers=teacher.headers)
        assert answer.json() == course

    async def test_learners_make_none(
        self, client: httpx.AsyncClient, ann: Learner, check_problem: CheckProblem, count: Any
    ) -> None:
        answer = await client.post(COURSES, json={"title": "Mine"}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")
        assert count("courses") == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", " \t"),
            ("title", "\u200b"),
            ("title", "a\0b"),
            ("title", "a\nb"),
            ("title", "\ud800"),
            ("title", "x" * 201),
            ("title", 7),
            ("term", "\u202eabc"),
            ("time_zone", "Mars/Olympus"),
            ("time_zone", "../../etc/passwd"),
            ("time_zone", "\0"),
            ("late_days", -1),
            ("late_days", 1001),
            ("late_days", 10**30),
            ("late_days", "NaN"),
            ("colour", "red"),
        ],
    )
    async def test_says_what_is_wrong(
        self,
        client: httpx.AsyncClient,
        teacher: Learner,
        check_problem: CheckProblem,
        field: str,
        value: Any,
    ) -> None:
        content = json.dumps({"title": "Numerics", field: value})
        headers = {**teacher.headers, "Content-Type": "application/json"}
        answer = await client.post(COURSES, content=content, headers=headers)
        document = check_problem(answer, 422, "invalid-request")
        assert [item["location"] for item in document["errors"]] == [f"body.{field}"]

    async def test_a_title_is_kept_as_it_was_meant(
        self, client: httpx.AsyncClient, teacher: Learner
    ) -> None:
        course = await made(client, teacher, title="  Café № 5 👩‍🏫 ", term="")
        assert (course["title"], course["term"]) == ("Café № 5 👩‍🏫", "")


class TestList:
    """GET /courses."""

    async def test_everybody_has_their_own(
        self, client: httpx.AsyncClient, database: Database, teacher: Learner, ann: Learner
    ) -> None:
        first, second = await made(client, teacher), await made(client, teacher, title="Layers")
        await put(database, first, ann)
        mine = (await client.get(COURSES, headers=teacher.headers)).json()
        assert [each["id"] for each in mine["items"]] == [second["id"], first["id"]]
        (only,) = (await client.get(COURSES, headers=ann.headers)).json()["items"]
        assert (only["id"], only["role"]) == (first["id"], "student")
        assert (only["students"], only["join_code"]) == (None, None)

    async def test_archived_ones_come_last_and_pages_hold_all(
        self, client: httpx.AsyncClient, teacher: Learner
    ) -> None:
        ids = [(await made(client, teacher, title=f"{number}"))["id"] for number in range(3)]
        path = f"{COURSES}/{ids[2]}"
        await client.patch(path, json={"archived": True}, headers=teacher.headers)
        seen = []
        for offset in range(4):
            params = {"limit": 1, "offset": offset}
            page = (await client.get(COURSES, params=params, headers=teacher.headers)).json()
            assert page["total"] == 3
            seen += [each["id"] for each in page["items"]]
        assert seen == [ids[1], ids[0], ids[2]]

    async def test_all_are_for_admins(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        teacher: Learner,
        check_problem: CheckProblem,
    ) -> None:
        params = {"which": "all"}
        answer = await client.get(COURSES, params=params, headers=teacher.headers)
        check_problem(answer, 403, "forbidden")
        async with database.session() as session:
            root = await accounts.ensure_person(session, "root", Role.ADMIN)
            token = await accounts.create_api_token(session, root, "test")
        headers = {"Authorization": f"Bearer {token}"}
        assert (await client.get(COURSES, headers=headers)).json()["items"] == []
        (found,) = (await client.get(COURSES, params=params, headers=headers)).json()["items"]
        assert (found["id"], found["role"], found["students"]) == (course["id"], None, 0)


class TestUpdate:
    """PATCH /courses/{course_id}."""

    async def test_changes_what_is_named(
        self, client: httpx.AsyncClient, course: dict[str, Any], teacher: Learner
    ) -> None:
        path, headers = f"{COURSES}/{course['id']}", teacher.headers
        answer = await client.patch(path, json={"title": "New", "late_days": 5}, headers=headers)
        expected = {**course, "title": "New", "late_days": 5}
        assert (answer.status_code, answer.json()) == (200, expected)
        archived = (await client.patch(path, json={"archived": True}, headers=headers)).json()
        again = (await client.patch(path, json={"archived": True}, headers=headers)).json()
        assert archived["archived_at"] == again["archived_at"] is not None
        back = (await client.patch(path, json={"archived": False}, headers=headers)).json()
        assert back == expected

    async def test_two_at_once_lose_nothing(
        self, client: httpx.AsyncClient, course: dict[str, Any], teacher: Learner
    ) -> None:
        path = f"{COURSES}/{course['id']}"
        changes: list[dict[str, Any]] = [{"title": "A"}, {"term": "B"}, {"late_days": 3}]
        await asyncio.gather(
            *(client.patch(path, json=change, headers=teacher.headers) for change in changes)
        )
        found = (await client.get(path, headers=teacher.headers)).json()
        assert (found["title"], found["term"], found["late_days"]) == ("A", "B", 3)

    async def test_late_days_count_at_once_and_it_is_written_down(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        teacher: Learner,
        ann: Learner,
        package: Package,
    ) -> None:
        due = datetime(2026, 3, 1, 12, tzinfo=UTC)
        rules = AssignmentRules(
            window=Window(due_at=due, late_until=due + timedelta(days=5)),
            late=LatePolicy(percent_per_day=50),
        )
        await put(database, course, ann)
        async with database.session() as session:
            row = await make_place(session, course)
            problem = await set_problem(
                session, await make_assignment(session, row, rules), package
            )
            late = due + timedelta(hours=5)
            await add_submission(session, ann.person.id, problem, 1.0, late)
            await recompute(session, row.id)

        async def points() -> float:
            async with database.session() as session:
                return (await session.execute(select(Grade.points))).scalar_one()

        assert await points() == 5
        about_it = select(GradeChange).where(GradeChange.course_id == uuid.UUID(course["id"]))
        path = f"{COURSES}/{course['id']}"
        await client.patch(path, json={"late_days": 1}, headers=teacher.headers)
        assert await points() == 10
        async with database.session() as session:
            (change,) = await session.scalars(about_it)
        assert (change.kind, change.actor_id) == ("rules_changed", teacher.person.id)
        assert change.details["after"]["late_days"] == 1
        await client.patch(path, json={"title": "No rule"}, headers=teacher.headers)
        async with database.session() as session:
            assert len((await session.scalars(about_it)).all()) == 1


class TestDelete:
    """DELETE /courses/{course_id}."""

    async def test_needs_the_title(
        self,
        client: httpx.AsyncClient,
        course: dict[str, Any],
        teacher: Learner,
        check_problem: CheckProblem,
        count: Any,
    ) -> None:
        path = f"{COURSES}/{course['id']}"
        for wrong in ({}, {"confirm": "numerics"}, {"confirm": ""}):
            answer = await client.delete(path, params=wrong, headers=teacher.headers)
            document = check_problem(answer, 409, "not-confirmed")
            assert "Numerics" in document["detail"]
        assert count("courses") == 1
        answer = await client.delete(path, params={"confirm": "\0"}, headers=teacher.headers)
        check_problem(answer, 422, "invalid-request")

    async def test_the_title_is_told_as_it_has_to_be_typed(
        self,
        client: httpx.AsyncClient,
        course: dict[str, Any],
        teacher: Learner,
        check_problem: CheckProblem,
    ) -> None:
        path, title = f"{COURSES}/{course['id']}", "Schätzen “für” Zoë’s Kurs 😀"
        await client.patch(path, json={"title": title}, headers=teacher.headers)
        refused = await client.delete(path, headers=teacher.headers)
        detail = check_problem(refused, 409, "not-confirmed")["detail"]
        assert f"“{title}”" in detail
        answer = await client.delete(path, params={"confirm": title}, headers=teacher.headers)
        assert answer.status_code == 204

    async def test_submissions_stay_as_practice(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        teacher: Learner,
        ann: Learner,
        package: Package,
        count: Any,
    ) -> None:
        await put(database, course, ann)
        async with database.session() as session:
            assignment = await make_assignment(session, await make_place(session, course))
            problem = await set_problem(session, assignment, package)
            await add_submission(session, ann.person.id, problem, 1.0)
        params = {"confirm": " Numerics "}
        path = f"{COURSES}/{course['id']}"
        assert (
            await client.delete(path, params=params, headers=teacher.headers)
        ).status_code == 204
        tables = ("courses", "enrolments", "assignments", "assignment_problems")
        assert [count(table) for table in tables] == [0, 0, 0, 0]
        async with database.session() as session:
            (kept,) = (await session.execute(select(Submission))).scalars()
            kinds = (await session.execute(select(AuditEntry.kind))).scalars().all()
        assert (kept.person_id, kept.assignment_problem_id) == (ann.person.id, None)
        assert {"course_created", "course_deleted"} <= set(kinds)

    async def test_is_the_owners_alone(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann, CourseRole.INSTRUCTOR)
        path = f"{COURSES}/{course['id']}"
        answer = await client.delete(path, params={"confirm": "Numerics"}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")


class TestWhoMayKnow:
    """A course that one is not in is as good as none."""

    async def test_everything_below_it_is_hidden_in_the_same_way(
        self,
        client: httpx.AsyncClient,
        course: dict[str, Any],
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        nobodys = str(uuid.uuid4())
        section = f"sections/{nobodys}"
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", "", {}),
            ("PATCH", "", {"title": "x"}),
            ("DELETE", "?confirm=Numerics", {}),
            ("GET", "/sections", {}),
            ("POST", "/sections", {"name": "x"}),
            ("PATCH", f"/{section}", {"name": "x"}),
            ("DELETE", f"/{section}", {}),
            ("GET", "/people", {}),
            ("POST", "/people", {"who": "ann"}),
            ("PATCH", f"/people/{nobodys}", {}),
            ("DELETE", f"/people/{nobodys}", {}),
            ("POST", f"/people/{nobodys}/restore", {}),
            ("POST", "/leave", {}),
            ("GET", "/invitations", {}),
            ("DELETE", f"/invitations/{nobodys}", {}),
            ("POST", "/join-code", {}),
            ("DELETE", "/join-code", {}),
            ("POST", "/copies", {}),
        ]
        for method, path, body in asked:
            answers = []
            for course_id in (course["id"], nobodys):
                address = f"{COURSES}/{course_id}{path}"
                answer = await client.request(
                    method, address, json=body or None, headers=ann.headers
                )
                answers.append(check_problem(answer, 404, "not-found"))
            assert answers[0] == answers[1], (method, path)


class TestSections:
    """/courses/{course_id}/sections."""

    async def test_are_made_renamed_and_deleted(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        teacher: Learner,
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        path, headers = f"{COURSES}/{course['id']}/sections", teacher.headers
        await put(database, course, ann)

        async def names() -> list[tuple[str, int]]:
            items = (await client.get(path, headers=ann.headers)).json()["items"]
            return [(each["name"], each["people"]) for each in items]

        assert await names() == []
        first = (await client.post(path, json={"name": "Lab 2"}, headers=headers)).json()
        second = (await client.post(path, json={"name": "lab 1"}, headers=headers)).json()
        place = f"{COURSES}/{course['id']}/people/{ann.person.id}"
        await client.patch(place, json={"section": first["id"]}, headers=headers)
        assert await names() == [("lab 1", 0), ("Lab 2", 1)]
        for taken in ("LAB 1", "lab 2"):
            answer = await client.post(path, json={"name": taken}, headers=headers)
            check_problem(answer, 409, "name-taken")
        answer = await client.patch(
            f"{path}/{second['id']}", json={"name": "Lab 2"}, headers=headers
        )
        check_problem(answer, 409, "name-taken")
        answer = await client.patch(
            f"{path}/{second['id']}", json={"name": "LAB 1"}, headers=headers
        )
        assert answer.json()["name"] == "LAB 1"
        assert (await client.delete(f"{path}/{first['id']}", headers=headers)).status_code == 204
        assert await names() == [("LAB 1", 0)]
        people = await client.get(f"{COURSES}/{course['id']}/people", headers=headers)
        assert [each["section"] for each in people.json()["items"]] == [None, None]
        check_problem(
            await client.delete(f"{path}/{first['id']}", headers=headers), 404, "not-found"
        )

    async def test_one_of_another_course_is_none(
        self,
        client: httpx.AsyncClient,
        course: dict[str, Any],
        teacher: Learner,
        check_problem: CheckProblem,
    ) -> None:
        other = await made(client, teacher)
        answer = await client.post(
            f"{COURSES}/{other['id']}/sections", json={"name": "Lab"}, headers=teacher.headers
        )
        section = answer.json()["id"]
        path = f"{COURSES}/{course['id']}"
        for method, where, body in (
            ("PATCH", f"{path}/sections/{section}", {"name": "Mine"}),
            ("DELETE", f"{path}/sections/{section}", None),
            ("PATCH", f"{path}/people/{teacher.person.id}", {"section": section}),
        ):
            answer = await client.request(method, where, json=body, headers=teacher.headers)
            check_problem(answer, 404, "not-found")

    async def test_two_of_one_name_at_once_make_one(
        self, client: httpx.AsyncClient, course: dict[str, Any], teacher: Learner
    ) -> None:
        path = f"{COURSES}/{course['id']}/sections"
        answers = await asyncio.gather(
            *(client.post(path, json={"name": "Lab"}, headers=teacher.headers) for _ in range(4))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]

    async def test_students_change_none(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: dict[str, Any],
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann)
        path = f"{COURSES}/{course['id']}/sections"
        answer = await client.post(path, json={"name": "Lab"}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")
