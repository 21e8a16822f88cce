"""Comments on programs: who writes them, who sees them when, and by whose name."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.db.engine import Database
from app.gradebook.comments import MOST_ON_A_PROGRAM, number_of_lines
from app.models import CodeComment, Feedback, Submission
from judge.package import Package
from tests.app.gradebook.classroom import Classroom, make_classroom

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course."""
    return await make_classroom(database, package)


def place(submission: Submission, comment: str = "") -> str:
    """Where the comments on a submission are, or one of them."""
    return f"/api/v1/submissions/{submission.id}/comments{'/' if comment else ''}{comment}"


async def items(
    client: httpx.AsyncClient, room: Classroom, who: str, submission: Submission
) -> Any:
    """The comments on a submission as somebody sees them."""
    answer = await client.get(place(submission), headers=room.headers(who))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


class TestWrite:
    """POST /api/v1/submissions/{id}/comments."""

    async def test_who_may(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        for who in ("grader", "instructor", "owner", "admin"):
            answer = await client.post(
                place(submission), json={"text": "Good."}, headers=room.headers(who)
            )
            assert answer.status_code == 201
            assert answer.json()["author"] == f"the {who}"
        for who, status, kind in (
            ("student", 403, "forbidden"),
            ("observer", 403, "forbidden"),
            ("other", 404, "not-found"),
            ("stranger", 404, "not-found"),
        ):
            answer = await client.post(
                place(submission), json={"text": "Good."}, headers=room.headers(who)
            )
            check_problem(answer, status, kind)
        assert len(await items(client, room, "observer", submission)) == 4

    @pytest.mark.parametrize(
        "body",
        [
            {"line": True, "text": "no number"},
            {"line": "1", "text": "no number"},
            {"line": 1.5, "text": "between lines"},
            {"line": 0, "text": "before the start"},
            {"line": 2**40, "text": "far behind"},
            {"text": ""},
            {"text": " \n "},
            {"text": "a\0b"},
            {"text": "\ud800"},
            {"text": "x" * 10_001},
            {"text": "x", "author": "somebody else"},
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        count: Callable[[str], int],
        body: dict[str, Any],
    ) -> None:
        submission = await room.submit()
        headers = {**room.headers("grader"), "Content-Type": "application/json"}
        answer = await client.post(place(submission), content=json.dumps(body), headers=headers)
        check_problem(answer, 422, "invalid-request")
        assert count("code_comments") == 0

    async def test_a_line_is_whole_however_it_is_written(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await room.submit()
        body, headers = {"line": 1.0, "text": "x"}, room.headers("grader")
        answer = await client.post(place(submission), json=body, headers=headers)
        assert (answer.status_code, answer.json().get("line")) == (201, 1)

    async def test_behind_the_end(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        answer = await client.post(
            place(submission), json={"line": 2, "text": "x"}, headers=room.headers("grader")
        )
        assert "has 1 line" in check_problem(answer, 404, "not-found")["detail"]

    async def test_of_practice_there_are_none(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        async with room.database.session() as session:
            (await session.get_one(Submission, submission.id)).assignment_problem_id = None
        for who in ("student", "admin"):
            assert await items(client, room, who, submission) == []
            answer = await client.post(
                place(submission), json={"text": "Good."}, headers=room.headers(who)
            )
            check_problem(answer, 403, "forbidden")
        for who in ("grader", "owner", "stranger"):
            for method in ("GET", "POST"):
                body = {"text": "Good."} if method == "POST" else None
                answer = await client.request(
                    method, place(submission), json=body, headers=room.headers(who)
                )
                check_problem(answer, 404, "not-found")

    async def test_not_without_end(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        async with room.database.session() as session:
            session.add_all(
                CodeComment(submission_id=submission.id, text="x") for _ in range(MOST_ON_A_PROGRAM)
            )
        answer = await client.post(
            place(submission), json={"text": "more"}, headers=room.headers("grader")
        )
        assert "as many as there may be" in check_problem(answer, 409, "nothing-left")["detail"]


class TestRead:
    """GET /api/v1/submissions/{id}/comments."""

    async def test_students_once_grades_are_published_or_feedback_is_now(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        for body in ({"line": 1, "text": "a name"}, {"text": "all of it"}):
            await client.post(place(submission), json=body, headers=room.headers("grader"))
        texts = ["all of it", "a name"]
        for shown, fields in (
            (False, {}),
            (False, {"feedback": Feedback.AFTER_DUE.value}),
            (True, {"feedback": Feedback.NOW.value}),
            (True, {"feedback": Feedback.AFTER_DUE.value, "published_at": room.course.created_at}),
            (False, {"published_at": None}),
        ):
            await room.change(**fields)
            seen = await items(client, room, "student", submission)
            assert [item["text"] for item in seen] == (texts if shown else [])
            for who in ("observer", "grader", "instructor", "owner", "admin"):
                assert [
                    item["text"] for item in await items(client, room, who, submission)
                ] == texts
            for who in ("other", "stranger"):
                answer = await client.get(place(submission), headers=room.headers(who))
                check_problem(answer, 404, "not-found")

    async def test_anonymous_grading_hides_names_from_students(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        await room.change(anonymous=True)
        await room.publish()
        submission = await room.submit()
        for who in ("grader", "owner", "admin"):
            await client.post(place(submission), json={"text": "x"}, headers=room.headers(who))
        seen = await items(client, room, "student", submission)
        assert [item["author"] for item in seen] == ["Grader", "Instructor", "Course staff"]
        seen = await items(client, room, "observer", submission)
        assert [item["author"] for item in seen] == ["the grader", "the owner", "the admin"]
        await room.change(anonymous=False)
        seen = await items(client, room, "student", submission)
        assert seen[0]["author"] == "the grader"

    async def test_stays_when_its_author_is_gone(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await room.submit()
        await room.publish()
        await client.post(place(submission), json={"text": "x"}, headers=room.headers("grader"))
        async with room.database.session() as session:
            await session.delete(
                await session.get_one(
                    type(room.people["grader"].person), room.people["grader"].person.id
                )
            )
        (seen,) = await items(client, room, "student", submission)
        assert (seen["author"], seen["text"]) == ("Course staff", "x")

    async def test_the_student_is_told_once(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await room.submit()
        notices = "/api/v1/me/notices"

        async def comment() -> list[dict[str, Any]]:
            await client.post(place(submission), json={"text": "x"}, headers=room.headers("grader"))
            answer = await client.get(notices, headers=room.headers("student"))
            found: list[dict[str, Any]] = answer.json()["items"]
            return found

        assert await comment() == []
        await room.publish()
        (told,) = await comment()
        assert told["link"] == f"/submissions/{submission.id}#program"
        assert len(await comment()) == 1
        await client.post(f"{notices}/read", headers=room.headers("student"))
        assert len(await comment()) == 2


class TestChange:
    """PATCH and DELETE of a comment."""

    async def test_ones_own(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission, another = await room.submit(), await room.submit("other")
        answer = await client.post(
            place(submission), json={"line": 1, "text": "first"}, headers=room.headers("grader")
        )
        comment = answer.json()
        assert comment["own"]
        where = place(submission, comment["id"])
        changed = {"text": "second"}
        # Others may neither change it nor find it elsewhere.
        answer = await client.patch(where, json=changed, headers=room.headers("owner"))
        check_problem(answer, 403, "forbidden")
        for who in ("student", "observer"):
            answer = await client.delete(where, headers=room.headers(who))
            check_problem(answer, 403, "forbidden")
        answer = await client.patch(
            place(another, comment["id"]), json=changed, headers=room.headers("grader")
        )
        check_problem(answer, 404, "not-found")
        answer = await client.patch(where, json=changed, headers=room.headers("grader"))
        assert answer.json() == {**comment, **changed}
        assert await items(client, room, "grader", submission) == [answer.json()]
        answer = await client.delete(where, headers=room.headers("grader"))
        assert answer.status_code == 204
        answer = await client.delete(where, headers=room.headers("grader"))
        check_problem(answer, 404, "not-found")
        assert await items(client, room, "grader", submission) == []

    async def test_who_teaches_deletes_anybodys(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit()
        answer = await client.post(
            place(submission), json={"text": "x"}, headers=room.headers("owner")
        )
        where = place(submission, answer.json()["id"])
        check_problem(await client.delete(where, headers=room.headers("grader")), 403, "forbidden")
        answer = await client.delete(where, headers=room.headers("instructor"))
        assert answer.status_code == 204
        where = place(submission, str(uuid.uuid4()))
        check_problem(
            await client.delete(where, headers=room.headers("instructor")), 404, "not-found"
        )


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (b"", 1),
        (b"x", 1),
        (b"x\n", 1),
        (b"x\r\ny\rz\n\n", 4),
        (b"\n", 1),
        (b"\0\xed\xa0\x80\n1", 2),
    ],
)
def test_lines_are_counted_as_an_editor_does(source: bytes, lines: int) -> None:
    assert number_of_lines(Submission(source=source)) == lines
