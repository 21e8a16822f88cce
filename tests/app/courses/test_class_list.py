"""A class list is shown first, then applied exactly as it was shown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.accounts import service as accounts
from app.db.engine import Database
from app.models import (
    AccountLink,
    AuditEntry,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    Person,
    Role,
)
from app.settings import Settings, SignUp
from tests.app.conftest import Learner
from tests.app.coursework import enrol, make_course

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


@pytest.fixture
async def course(database: Database, teacher: Learner, ann: Learner, ben: Learner) -> Course:
    """A course of the teacher's, in which nobody else is. Ann and Ben have addresses."""
    async with database.session() as session:
        for each in (ann, ben):
            person = await session.get(Person, each.person.id)
            assert person is not None
            await accounts.set_email(session, person, f"{person.name}@example.com")
        made = await make_course(session)
        await enrol(session, made, teacher.person, CourseRole.OWNER)
        return made


class Api:
    """Sends class lists in somebody's name."""

    def __init__(self, client: httpx.AsyncClient, course: Course, headers: dict[str, str]) -> None:
        self.client = client
        self.path = f"/api/v1/courses/{course.id}"
        self.headers = headers

    async def send(self, where: str, text: str | bytes, **data: Any) -> httpx.Response:
        """The answer to a file."""
        content = text.encode() if isinstance(text, str) else text
        files = {"file": ("class.csv", content, "text/csv")}
        path = f"{self.path}/class-list{where}"
        return await self.client.post(path, files=files, data=data, headers=self.headers)

    async def preview(self, text: str | bytes, **data: Any) -> dict[str, Any]:
        """What a file would do."""
        answer = await self.send("/preview", text, **data)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def apply(self, text: str | bytes, **data: Any) -> dict[str, Any]:
        """Look at a file, then apply it."""
        shown = await self.preview(text, **data)
        answer = await self.send("", text, digest=shown["digest"], **data)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def people(self) -> dict[str, tuple[str, str | None, str | None]]:
        """Role, section and number of everybody by name, those invited by address."""
        people = (await self.client.get(f"{self.path}/people", headers=self.headers)).json()
        invited = (await self.client.get(f"{self.path}/invitations", headers=self.headers)).json()
        return {
            each.get("name", each["email"]): (
                each["role"],
                each["section_name"],
                each["student_number"],
            )
            for each in (*people["items"], *invited["items"])
        }


@pytest.fixture
def api(client: httpx.AsyncClient, course: Course, teacher: Learner) -> Api:
    """The owner of the course sends class lists."""
    return Api(client, course, teacher.headers)


@pytest.fixture
async def root(database: Database) -> dict[str, str]:
    """What a request of an admin's carries."""
    async with database.session() as session:
        person = await accounts.ensure_person(session, "root", Role.ADMIN)
        token = await accounts.create_api_token(session, person, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def open_to(app: FastAPI, settings: Settings) -> Callable[..., None]:
    """Lets the service be as open as is wanted."""

    def change(sign_up: SignUp, domains: str = "") -> None:
        app.state.settings = settings.model_copy(
            update={"sign_up": sign_up, "sign_up_domains": domains}
        )

    return change


class TestPreview:
    """POST /class-list/preview."""

    async def test_says_what_becomes_of_each_row_and_writes_nothing(
        self, api: Api, database: Database, course: Course, ben: Learner, count: Any
    ) -> None:
        async with database.session() as session:
            await enrol(session, course, ben.person)
        text = (
            "Name;E-Mail;Section;Role;Student ID;Mood\r\n"
            "Ann;ANN@example.com;Lab 1;TA;;good\r\n"
            "Ben;ben@example.com;lab 1;;12;\r\n"
            "Carla;carla@example.com;;;;\r\n"
            "Dora;dora;;;;\r\n"
            "Ann again;ann@example.com;;;;\r\n"
            "Emil;emil@example.com;;king;;\r\n"
        )
        shown = await api.preview("\ufeff" + text)
        rows = {row["email"]: row for row in shown["rows"]}
        assert [(row["line"], row["outcome"]) for row in shown["rows"]] == [
            (2, "enrol"),
            (3, "update"),
            (4, "invite"),
        ]
        assert rows["ann@example.com"]["role"] == "grader"
        assert (rows["ann@example.com"]["name"], rows["carla@example.com"]["name"]) == (
            "ann",
            "Carla",
        )
        assert rows["ben@example.com"]["changes"] == [
            {"field": "section", "before": None, "after": "Lab 1"},
            {"field": "student_number", "before": None, "after": "12"},
        ]
        assert [error["line"] for error in shown["errors"]] == [5, 6, 7]
        assert "line 2" in shown["errors"][1]["reason"]
        assert (shown["new_sections"], shown["ignored_columns"]) == (["Lab 1"], ["Mood"])
        assert shown["mailed"] is False
        tables = ("enrolments", "sections", "course_invitations")
        assert [count(table) for table in tables] == [2, 0, 0]

    async def test_a_file_that_is_none_has_its_error(self, api: Api) -> None:
        for content in (b"", b"\xff\xfe\x00", b"PK\x03\x04\x00\x00\x81", b"name\nx\n"):
            shown = await api.preview(content)
            assert (shown["rows"], len(shown["errors"])) == ([], 1)

    async def test_a_file_has_a_size(self, api: Api, check_problem: CheckProblem) -> None:
        answer = await api.send("/preview", b"email\n" + b"x" * 512 * 1024)
        check_problem(answer, 413, "too-large")

    async def test_there_is_a_file(
        self, client: httpx.AsyncClient, api: Api, check_problem: CheckProblem
    ) -> None:
        for where in ("/preview", ""):
            answer = await client.post(f"{api.path}/class-list{where}", headers=api.headers)
            check_problem(answer, 422, "invalid-request")

    async def test_is_for_who_may_enrol(
        self,
        client: httpx.AsyncClient,
        api: Api,
        database: Database,
        course: Course,
        ann: Learner,
        check_problem: CheckProblem,
    ) -> None:
        other = Api(client, course, ann.headers)
        check_problem(await other.send("/preview", "email\n"), 404, "not-found")
        async with database.session() as session:
            await enrol(session, course, ann.person, CourseRole.GRADER)
        check_problem(await other.send("/preview", "email\n"), 403, "forbidden")
        check_problem(await other.send("", "email\n", digest="x"), 403, "forbidden")


class TestApply:
    """POST /class-list."""

    async def test_does_what_was_shown(self, api: Api, database: Database, ben: Learner) -> None:
        text = (
            "email,name,section,role,student_number\n"
            "ann@example.com,,Lab 1,,007\n"
            "ben@example.com,,Lab 2,grader,\n"
            "carla@example.com,Carla,Lab 1,,8\n"
            "wrong,,,,\n"
        )
        done = await api.apply(text)
        assert {key: done[key] for key in ("enrolled", "invited", "updated", "unchanged")} == {
            "enrolled": 2,
            "invited": 1,
            "updated": 0,
            "unchanged": 0,
        }
        assert [error["line"] for error in done["errors"]] == [5]
        expected = {
            "teacher": ("owner", None, None),
            "ann": ("student", "Lab 1", "007"),
            "ben": ("grader", "Lab 2", None),
            "carla@example.com": ("student", "Lab 1", "8"),
        }
        assert await api.people() == expected
        again = await api.apply(text)
        assert (again["unchanged"], again["enrolled"]) == (3, 0)
        assert await api.people() == expected
        # What a file leaves empty stays.
        done = await api.apply(
            "email,section,role\nann@example.com,LAB 2,\ncarla@example.com,,grader\n"
        )
        assert (done["updated"], done["unchanged"]) == (2, 0)
        assert await api.people() == {
            **expected,
            "ann": ("student", "Lab 2", "007"),
            "carla@example.com": ("grader", "Lab 1", "8"),
        }
        async with database.session() as session:
            kind = AuditEntry.kind == "course_role_changed"
            entries = await session.scalars(
                select(AuditEntry).where(kind, AuditEntry.person_id == ben.person.id)
            )
            assert [each.details["after"] for each in entries] == ["grader"]

    async def test_who_left_comes_back(
        self, client: httpx.AsyncClient, api: Api, ann: Learner
    ) -> None:
        await api.apply("email,student_number\nann@example.com,7\n")
        await client.post(f"{api.path}/leave", headers=ann.headers)
        assert "ann" not in await api.people()
        shown = await api.preview("email\nann@example.com\n")
        assert [row["outcome"] for row in shown["rows"]] == ["return"]
        assert (await api.apply("email\nann@example.com\n"))["returned"] == 1
        assert (await api.people())["ann"] == ("student", None, "7")

    async def test_a_change_in_between_is_told(
        self,
        client: httpx.AsyncClient,
        api: Api,
        database: Database,
        ann: Learner,
        check_problem: CheckProblem,
        count: Any,
    ) -> None:
        text = "email,section\nann@example.com,Lab\nzoe@example.com,\n"
        headers = api.headers

        async def refused(digest: str, other: str = text) -> None:
            answer = await api.send("", other, digest=digest)
            check_problem(answer, 409, "class-list-changed")

        digest = (await api.preview(text))["digest"]
        assert (await api.preview(text))["digest"] == digest
        await refused("x")
        await refused(digest, text + "\n")
        await client.post(f"{api.path}/sections", json={"name": "lab"}, headers=headers)
        await refused(digest)
        digest = (await api.preview(text))["digest"]
        await client.post(f"{api.path}/people", json={"who": "ann"}, headers=headers)
        await refused(digest)
        digest = (await api.preview(text))["digest"]
        async with database.session() as session:
            zoe = await accounts.ensure_person(session, "zoe", Role.LEARNER)
            await accounts.set_email(session, zoe, "zoe@example.com")
        await refused(digest)
        assert (count("course_invitations"), count("enrolments")) == (0, 2)
        digest = (await api.preview(text))["digest"]
        answer = await api.send("", text, digest=digest)
        assert (answer.json()["enrolled"], answer.json()["updated"]) == (1, 1)
        await refused(digest)

    async def test_of_two_at_once_one_is_told(self, api: Api, count: Any) -> None:
        rows = "\n".join(f"p{number}@example.com" for number in range(50))
        text = f"email\n{rows}\n"
        digest = (await api.preview(text))["digest"]
        answers = await asyncio.gather(*(api.send("", text, digest=digest) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert count("course_invitations") == 50

    async def test_owners_are_named_by_owners_and_one_stays(
        self,
        client: httpx.AsyncClient,
        api: Api,
        database: Database,
        course: Course,
        teacher: Learner,
        ann: Learner,
    ) -> None:
        async with database.session() as session:
            person = await session.get(Person, teacher.person.id)
            assert person is not None
            await accounts.set_email(session, person, "teacher@example.com")
            await enrol(session, course, ann.person, CourseRole.INSTRUCTOR)
        other = Api(client, course, ann.headers)
        text = "email,role\nben@example.com,owner\nteacher@example.com,student\n"
        shown = await other.preview(text)
        assert ([error["line"] for error in shown["errors"]], shown["rows"]) == ([2, 3], [])
        shown = await api.preview("email,role\nteacher@example.com,student\n")
        assert [error["line"] for error in shown["errors"]] == [2]
        assert (await api.apply("email,role\nben@example.com,owner\n"))["enrolled"] == 1
        assert (await api.apply("email,role\nteacher@example.com,student\n"))["updated"] == 1
        assert (await other.people())["teacher"][0] == "student"


class TestInvitations:
    """Who has no account is told how to get one, where there is a way."""

    async def test_by_the_link_of_an_invitation_they_are_enrolled(
        self,
        client: httpx.AsyncClient,
        api: Api,
        database: Database,
        open_to: Callable[..., None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        open_to(SignUp.INVITATION)
        text = "email,student_number\nzoe@example.com,5\n"
        assert (await api.preview(text))["mailed"] is True
        capsys.readouterr()
        await api.apply(text)
        printed = capsys.readouterr().out
        found = re.search(r"http://127.0.0.1:8000(/join\?token=\S+)", printed)
        assert found is not None
        assert "Mail to zoe@example.com" in printed
        assert "the course Layers Autumn" in printed
        form = {"token": found[1].partition("=")[2], "name": "Zoe", "new": "seven grey herons wait"}
        assert (await client.post("/join", data=form)).status_code == 303
        assert (await api.people())["Zoe"] == ("student", None, "5")
        # Who is invited already gets no second mail.
        await api.apply("email\nyara@example.com\n")
        capsys.readouterr()
        await api.apply("email\nyara@example.com\n")
        assert "Mail to" not in capsys.readouterr().out
        async with database.session() as session:
            assert [link.role for link in await session.scalars(select(AccountLink))] == ["learner"]

    async def test_where_they_may_sign_up_they_are_told_to(
        self, api: Api, open_to: Callable[..., None], capsys: pytest.CaptureFixture[str], count: Any
    ) -> None:
        open_to(SignUp.DOMAIN, "example.com")
        await api.apply("email\nzoe@example.com\nzoe@other.example\n")
        printed = capsys.readouterr().out
        assert printed.count("http://127.0.0.1:8000/signup") == 1
        assert printed.count("/join?token=") == count("account_links") == 1

    async def test_where_nobody_is_taken_in_there_is_no_mail(
        self, api: Api, database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await api.apply("email\nzoe@example.com\n")
        assert "Mail to" not in capsys.readouterr().out
        async with database.session() as session:
            emails = await session.scalars(select(CourseInvitation.email))
            assert emails.all() == ["zoe@example.com"]


class TestAccounts:
    """Admins can have accounts made for who has none."""

    async def test_is_for_admins(self, api: Api, check_problem: CheckProblem) -> None:
        for where in ("/preview", ""):
            answer = await api.send(where, "email\n", digest="x", create_accounts="true")
            check_problem(answer, 403, "forbidden")

    async def test_makes_them_with_free_names(
        self,
        client: httpx.AsyncClient,
        course: Course,
        database: Database,
        root: dict[str, str],
        count: Any,
    ) -> None:
        api = Api(client, course, root)
        await api.apply("email,section\nzoe@example.com,Lab\n")
        text = (
            "email,name\nzoe@example.com,ann\nanna@example.com,ann\nx@example.com,\n"
            "ben@example.com,Ben\n"
        )
        shown = await api.preview(text, create_accounts="true")
        assert [row["outcome"] for row in shown["rows"]] == ["create"] * 3 + ["enrol"]
        done = await api.apply(text, create_accounts="true")
        assert (done["created"], done["enrolled"]) == (3, 1)
        assert count("course_invitations") == 0
        people = await api.people()
        assert set(people) == {"teacher", "ann 2", "ann 3", "x@example.com", "ben"}
        async with database.session() as session:
            zoe = (
                await session.scalars(select(Person).where(Person.email == "zoe@example.com"))
            ).one()
            rows = await session.scalars(select(Enrolment).where(Enrolment.person_id == zoe.id))
            assert len(rows.all()) == 1
        assert (zoe.role, zoe.password_hash) == ("learner", None)
