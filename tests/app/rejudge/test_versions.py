"""Which versions judged a course's submissions, told once its assignment pins another; and who may
ask, or have it judged again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx

from app.accounts import service as accounts
from app.models import CourseRole, Role
from tests.app.conftest import Learner
from tests.app.coursework import enrol
from tests.app.rejudge.conftest import NEWER, Classroom

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


async def pin(room: Classroom, sha256: str) -> None:
    """Let the assignment pin another version."""
    async with room.database.session() as session:
        problem = await session.merge(room.problem)
        problem.package_sha256 = sha256


class TestVersions:
    async def test_what_an_older_version_judged(
        self, room: Classroom, check_problem: CheckProblem
    ) -> None:
        assert (await room.get("/versions"))["items"][0]["outdated"] == 0
        first = await room.submitted(room.ann, 0.5)
        second = await room.submitted(room.ben, 1.0)
        await room.submitted(room.ben, None)
        await pin(room, NEWER)
        (problem,) = (await room.get("/versions"))["items"]
        assert (problem["pinned"], problem["pinned_version"]) == (NEWER, "9.0.0")
        assert problem["outdated"] == 2
        judged = {each["package_sha256"]: each["submissions"] for each in problem["versions"]}
        assert judged == {NEWER: 0, room.package.sha256: 2}
        page = await room.get("/outdated", limit=1)
        assert page["items"][0]["submission_id"] == str(second)
        assert page["items"][0]["student"] == "ben"
        page = await room.get("/outdated", limit=1, after=page["next"])
        assert (page["items"][0]["submission_id"], page["next"]) == (str(first), None)
        assert (await room.get("/outdated", problem_id=uuid.uuid4()))["items"] == []
        answer = await room.client.get(
            f"{room.place}/outdated?after={uuid.uuid4()}", headers=room.teacher.headers
        )
        check_problem(answer, 404, "not-found")
        rejudge = await room.rejudged({first: 1.0, second: 1.0})
        assert (await room.get("/versions"))["items"][0]["outdated"] == 2
        assert (await room.apply(rejudge)).status_code == 200
        assert (await room.get("/versions"))["items"][0]["outdated"] == 0


class TestList:
    async def test_the_newest_first(self, room: Classroom, check_problem: CheckProblem) -> None:
        assert await room.get() == {"items": [], "next": None}
        await room.submitted(room.ann, 0.5)
        made = [await room.rejudged() for _ in range(3)]
        page = await room.get(limit=2)
        assert [each["id"] for each in page["items"]] == made[:0:-1]
        page = await room.get(limit=2, after=page["next"])
        assert [each["id"] for each in page["items"]] == made[:1]
        answer = await room.client.get(
            f"{room.place}?after={uuid.uuid4()}", headers=room.teacher.headers
        )
        check_problem(answer, 404, "not-found")


class TestWhoMay:
    """Who reads everybody's work sees rejudges; who teaches has them."""

    async def test_by_role(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        shown = (await room.get(f"/{rejudge}/outcome"))["fingerprint"]
        others: dict[str, Learner] = {"student": room.ann}
        async with room.database.session() as session:
            for role in (CourseRole.OBSERVER, CourseRole.GRADER, None):
                name = role or "stranger"
                person = await accounts.ensure_person(session, name, Role.INSTRUCTOR)
                token = await accounts.create_api_token(session, person, "test")
                others[name] = Learner(person, token)
                if role is not None:
                    await enrol(session, room.course, person, role)
        reads = {"observer": 200, "grader": 200, "student": 403, "stranger": 404}
        changes = {**reads, "observer": 403, "grader": 403}
        for name, who in others.items():
            for path in ("", "/versions", "/outdated", f"/{rejudge}", f"/{rejudge}/outcome"):
                answer = await room.client.get(f"{room.place}{path}", headers=who.headers)
                assert answer.status_code == reads[name], (name, path)
            for path, body in (
                ("", {"reason": "x"}),
                (f"/{rejudge}/retry", {}),
                (f"/{rejudge}/apply", {"fingerprint": shown}),
                (f"/{rejudge}/discard", {}),
            ):
                answer = await room.post(path, who=who, **body)
                assert answer.status_code == changes[name], (name, path)
        assert (await room.get(f"/{rejudge}"))["status"] == "ready"

    async def test_another_courses_is_none(
        self, room: Classroom, make_classroom: Any, check_problem: CheckProblem
    ) -> None:
        await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged()
        other = await make_classroom()
        for path in (f"/{rejudge}", f"/{rejudge}/outcome"):
            answer = await other.client.get(f"{other.place}{path}", headers=other.teacher.headers)
            check_problem(answer, 404, "not-found")
        for action in ("apply", "discard", "retry"):
            answer = await other.post(f"/{rejudge}/{action}", fingerprint="0" * 64)
            check_problem(answer, 404, "not-found")
