"""Who is in a course: listed, added, changed, gone and come back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts import service as accounts
from app.courses.grading import recompute
from app.courses.people import require_owners_elsewhere
from app.db.base import now
from app.db.engine import Database
from app.errors import LastOwner
from app.models import (
    AuditEntry,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    Grade,
    Person,
    Role,
)
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    enrol,
    make_assignment,
    make_course,
    set_problem,
)

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


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


async def put(
    database: Database, course: Course, who: Learner, role: CourseRole = CourseRole.STUDENT
) -> None:
    """Enrol somebody."""
    async with database.session() as session:
        await enrol(session, course, who.person, role)


async def class_of(database: Database, course: Course, count: int) -> None:
    """So many students, every third of whom has left, with numbers and addresses."""
    async with database.session() as session:
        for number in range(count):
            person = Person(name=f"Student {number:02}", email=f"s{number}@example.com")
            session.add(person)
            await session.flush()
            session.add(
                Enrolment(
                    course_id=course.id,
                    person_id=person.id,
                    student_number=f"N-{count - number:02}",
                    left_at=now() if number % 3 == 2 else None,
                )
            )


class TestList:
    """GET /people."""

    async def test_filters_sorts_searches_and_pages(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
    ) -> None:
        await class_of(database, course, 9)

        async def names(**params: Any) -> list[str]:
            answer = await client.get(f"{path}/people", params=params, headers=teacher.headers)
            assert answer.status_code == 200, answer.text
            return [each["name"].removeprefix("Student ") for each in answer.json()["items"]]

        current = ["00", "01", "03", "04", "06", "07"]
        assert await names() == [*current, "teacher"]
        assert await names(role="student") == current
        assert await names(role="owner") == ["teacher"]
        assert await names(presence="left") == ["02", "05", "08"]
        assert len(await names(presence="any")) == 10
        assert await names(sort="-name") == ["teacher", *reversed(current)]
        assert await names(sort="student_number") == [*reversed(current), "teacher"]
        assert await names(sort="-student_number") == [*current, "teacher"]
        assert (await names(sort="role"))[0] == "teacher"
        assert await names(q="S4@EXAMPLE") == ["04"]
        assert await names(q="n-03 student") == ["06"]
        assert await names(q="%") == await names(q="_") == await names(q="\\") == []
        assert await names(q="teach") == ["teacher"]
        assert await names(section=str(uuid.uuid4())) == []
        pages = [await names(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        assert pages == [current[:3], current[3:], ["teacher"], []]
        answer = await client.get(
            f"{path}/people", params={"limit": 1, "q": "student"}, headers=teacher.headers
        )
        assert answer.json()["total"] == 6

    @pytest.mark.parametrize(
        "params",
        [
            {"q": "\0"},
            {"q": "x" * 201},
            {"sort": "password"},
            {"limit": 0},
            {"limit": 501},
            {"offset": 10**30},
            {"role": "king"},
            {"section": "x"},
        ],
    )
    async def test_says_what_is_wrong(
        self,
        client: httpx.AsyncClient,
        path: str,
        teacher: Learner,
        check_problem: CheckProblem,
        params: dict[str, Any],
    ) -> None:
        answer = await client.get(f"{path}/people", params=params, headers=teacher.headers)
        document = check_problem(answer, 422, "invalid-request")
        assert document["errors"][0]["location"] == f"query.{next(iter(params))}"

    async def test_is_for_staff(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann)
        await put(database, course, ben, CourseRole.OBSERVER)
        for where in ("people", "invitations"):
            answer = await client.get(f"{path}/{where}", headers=ann.headers)
            check_problem(answer, 403, "forbidden")
            assert (await client.get(f"{path}/{where}", headers=ben.headers)).status_code == 200


class TestAdd:
    """POST /people."""

    async def test_by_name_and_by_address(
        self,
        client: httpx.AsyncClient,
        database: Database,
        path: str,
        teacher: Learner,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        async with database.session() as session:
            person = await session.get(Person, ben.person.id)
            assert person is not None
            await accounts.set_email(session, person, "ben@example.com")

        async def add(who: str, **fields: Any) -> httpx.Response:
            body = {"who": who, **fields}
            return await client.post(f"{path}/people", json=body, headers=teacher.headers)

        answer = await add("ann", role="grader")
        assert (answer.status_code, answer.json()) == (
            201,
            {"outcome": "enrol", "email": None, "person": str(ann.person.id)},
        )
        assert (await add(" BEN@example.com ")).json()["outcome"] == "enrol"
        assert (await add("ben")).json()["outcome"] == "unchanged"
        assert (await add("ben", student_number="7")).json()["outcome"] == "update"
        invited = (await add("new@example.com", student_number="8")).json()
        assert invited == {"outcome": "invite", "email": "new@example.com", "person": None}
        for nobody in ("carla", "x@y", "@"):
            check_problem(await add(nobody), 404, "not-found")
        items = (await client.get(f"{path}/people", headers=teacher.headers)).json()["items"]
        found = {each["name"]: (each["role"], each["student_number"]) for each in items}
        assert found == {
            "ann": ("grader", None),
            "ben": ("student", "7"),
            "teacher": ("owner", None),
        }

    async def test_an_address_is_nobodys_name(
        self, client: httpx.AsyncClient, database: Database, path: str, teacher: Learner
    ) -> None:
        async with database.session() as session:
            mallory = Person(id=uuid.uuid4(), name="ada@example.com", email="mallory@example.com")
            session.add(mallory)

        async def add() -> dict[str, Any]:
            body = {"who": "ada@example.com", "role": "grader"}
            answer = await client.post(f"{path}/people", json=body, headers=teacher.headers)
            assert answer.status_code == 201, answer.text
            added: dict[str, Any] = answer.json()
            return added

        assert await add() == {"outcome": "invite", "email": "ada@example.com", "person": None}
        async with database.session() as session:
            ada = Person(id=uuid.uuid4(), name="ada", email="ada@example.com")
            session.add(ada)
        assert (await add())["person"] == str(ada.id)

    async def test_an_instructor_names_no_owner(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann, CourseRole.INSTRUCTOR)
        await put(database, course, ben)
        owner = f"{path}/people/{teacher.person.id}"
        student = f"{path}/people/{ben.person.id}"
        for method, where, body in (
            ("POST", f"{path}/people", {"who": "x@example.com", "role": "owner"}),
            ("POST", f"{path}/people", {"who": "ben", "role": "owner"}),
            ("PATCH", student, {"role": "owner"}),
            ("PATCH", owner, {"role": "student"}),
            ("DELETE", owner, None),
        ):
            answer = await client.request(method, where, json=body, headers=ann.headers)
            check_problem(answer, 403, "forbidden")
        body = {"role": "instructor"}
        assert (await client.patch(student, json=body, headers=ann.headers)).status_code == 200

    async def test_graders_enrol_nobody(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann, CourseRole.GRADER)
        answer = await client.post(f"{path}/people", json={"who": "ann"}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")

    async def test_an_invitation_can_be_withdrawn(
        self,
        client: httpx.AsyncClient,
        path: str,
        teacher: Learner,
        check_problem: CheckProblem,
    ) -> None:
        headers = teacher.headers
        await client.post(f"{path}/people", json={"who": "new@example.com"}, headers=headers)
        (item,) = (await client.get(f"{path}/invitations", headers=headers)).json()["items"]
        assert (item["email"], item["role"]) == ("new@example.com", "student")
        where = f"{path}/invitations/{item['id']}"
        assert (await client.delete(where, headers=headers)).status_code == 204
        check_problem(await client.delete(where, headers=headers), 404, "not-found")
        assert (await client.get(f"{path}/invitations", headers=headers)).json() == {"items": []}


class TestChange:
    """PATCH /people/{person_id}."""

    async def test_changes_what_is_named_and_it_is_written_down(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
    ) -> None:
        await put(database, course, ann)
        headers = teacher.headers
        section = (
            await client.post(f"{path}/sections", json={"name": "Lab"}, headers=headers)
        ).json()["id"]
        where = f"{path}/people/{ann.person.id}"

        async def change(**body: Any) -> dict[str, Any]:
            answer = await client.patch(where, json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found

        row = await change(section=section, student_number=" 12 ")
        assert (row["section_name"], row["student_number"], row["role"]) == ("Lab", "12", "student")
        row = await change(role="grader")
        assert (row["section_name"], row["student_number"], row["role"]) == ("Lab", "12", "grader")
        assert await change() == await change(role=None) == row
        row = await change(section=None, student_number="")
        assert (row["section"], row["student_number"]) == (None, None)
        async with database.session() as session:
            kind = AuditEntry.kind == "course_role_changed"
            (entry,) = await session.scalars(
                select(AuditEntry).where(kind, AuditEntry.person_id == ann.person.id)
            )
        assert entry.actor_id == teacher.person.id
        assert entry.details == {"course": str(course.id), "before": "student", "after": "grader"}

    async def test_of_nobody_is_none(
        self,
        client: httpx.AsyncClient,
        path: str,
        teacher: Learner,
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        answer = await client.patch(
            f"{path}/people/{ann.person.id}", json={"role": "student"}, headers=teacher.headers
        )
        check_problem(answer, 404, "not-found")


class TestLastOwner:
    """A course always has an owner."""

    async def test_who_is_the_only_one_stays(
        self,
        client: httpx.AsyncClient,
        path: str,
        teacher: Learner,
        check_problem: CheckProblem,
    ) -> None:
        where, headers = f"{path}/people/{teacher.person.id}", teacher.headers
        body = {"role": "instructor"}
        check_problem(await client.patch(where, json=body, headers=headers), 409, "last-owner")
        check_problem(await client.delete(where, headers=headers), 409, "last-owner")
        check_problem(await client.post(f"{path}/leave", headers=headers), 409, "last-owner")

    async def test_of_two_who_go_at_once_one_stays(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
        count: Any,
    ) -> None:
        for _ in range(3):
            async with database.session() as session:
                await session.execute(
                    update(Enrolment)
                    .where(Enrolment.course_id == course.id)
                    .values(role="owner", left_at=None)
                )
            if count("enrolments") == 1:
                await put(database, course, ann, CourseRole.OWNER)
            answers = await asyncio.gather(
                client.post(f"{path}/leave", headers=teacher.headers),
                client.patch(
                    f"{path}/people/{ann.person.id}",
                    json={"role": "student"},
                    headers=ann.headers,
                ),
            )
            assert sorted(answer.status_code // 100 for answer in answers) == [2, 4]
            async with database.session() as session:
                owners = await session.scalars(
                    select(Enrolment).where(Enrolment.role == "owner", Enrolment.left_at.is_(None))
                )
                assert len(owners.all()) == 1

    async def test_nor_may_they_delete_their_account(
        self, database: Database, course: Course, teacher: Learner, ann: Learner
    ) -> None:
        async with database.session() as session:
            with pytest.raises(LastOwner, match="'Layers'"):
                await require_owners_elsewhere(session, teacher.person)
        await put(database, course, ann, CourseRole.OWNER)
        async with database.session() as session:
            await require_owners_elsewhere(session, teacher.person)


class TestLeave:
    """DELETE /people/{person_id}, POST /leave and POST /people/{person_id}/restore."""

    async def test_grades_stay_for_when_they_come_back(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
        package: Package,
        check_problem: CheckProblem,
    ) -> None:
        await put(database, course, ann)
        async with database.session() as session:
            problem = await set_problem(session, await make_assignment(session, course), package)
            await add_submission(session, ann.person.id, problem, 1.0)
            await recompute(session, course.id)

        async def points() -> list[float]:
            async with database.session() as session:
                return list(await session.scalars(select(Grade.points)))

        where, headers = f"{path}/people/{ann.person.id}", teacher.headers
        assert (await client.post(f"{path}/leave", headers=ann.headers)).status_code == 204
        check_problem(await client.get(path, headers=ann.headers), 404, "not-found")
        answer = await client.patch(where, json={"role": "grader"}, headers=headers)
        check_problem(answer, 404, "not-found")
        assert (await client.delete(where, headers=headers)).status_code == 204
        assert await points() == [10]
        back = await client.post(f"{where}/restore", headers=headers)
        assert (back.json()["left_at"], back.json()["role"]) == (None, "student")
        assert (await client.post(f"{where}/restore", headers=headers)).json() == back.json()
        assert (await client.get(path, headers=ann.headers)).status_code == 200
        assert await points() == [10]

    async def test_who_was_taken_out_is_told_from_who_left(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
        ben: Learner,
    ) -> None:
        await put(database, course, ann)
        await put(database, course, ben)
        headers = teacher.headers
        await client.post(f"{path}/leave", headers=ann.headers)
        for who in (ann, ben):
            await client.delete(f"{path}/people/{who.person.id}", headers=headers)
        params = {"presence": "any"}
        answer = await client.get(f"{path}/people", params=params, headers=headers)
        found = {each["name"]: each["taken_out"] for each in answer.json()["items"]}
        assert found == {"ann": False, "ben": True, "teacher": False}
        back = await client.post(f"{path}/people/{ben.person.id}/restore", headers=headers)
        assert back.json()["taken_out"] is False

    async def test_staff_who_go_are_written_down(
        self,
        client: httpx.AsyncClient,
        database: Database,
        course: Course,
        path: str,
        teacher: Learner,
        ann: Learner,
    ) -> None:
        await put(database, course, ann, CourseRole.GRADER)
        where = f"{path}/people/{ann.person.id}"
        await client.delete(where, headers=teacher.headers)
        await client.post(f"{where}/restore", headers=teacher.headers)
        async with database.session() as session:
            entries = await session.scalars(
                select(AuditEntry)
                .where(
                    AuditEntry.kind == "course_role_changed",
                    AuditEntry.person_id == ann.person.id,
                )
                .order_by(AuditEntry.id)
            )
            assert [(each.details["before"], each.details["after"]) for each in entries] == [
                ("grader", "none"),
                ("none", "grader"),
            ]


class TestAdmin:
    """An admin of the service may in every course what an owner may."""

    async def test_names_an_owner_without_being_in_it(
        self, client: httpx.AsyncClient, database: Database, path: str, ann: Learner
    ) -> None:
        async with database.session() as session:
            root = await accounts.ensure_person(session, "root", Role.ADMIN)
            token = await accounts.create_api_token(session, root, "test")
        headers = {"Authorization": f"Bearer {token}"}
        body = {"who": "ann", "role": "owner"}
        answer = await client.post(f"{path}/people", json=body, headers=headers)
        assert answer.json()["outcome"] == "enrol"
        # Nobody is made to take part by looking in.
        async with database.session() as session:
            ids = set(await session.scalars(select(Enrolment.person_id)))
            assert root.id not in ids
            assert not (await session.scalars(select(CourseInvitation))).all()
