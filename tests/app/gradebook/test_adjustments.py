"""Points set by hand, two graders at once, and the log that nobody can edit."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import URL, func, select

from app.db.engine import conninfo
from app.models import GradeChange, Notice
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work, adjustment

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


WRONG = [
    '{"points": -1}',
    '{"points": NaN}',
    '{"points": Infinity}',
    '{"points": 1e999}',
    '{"points": 1000001}',
    '{"points": "many"}',
    '{"points": "7"}',
    '{"points": true}',
    '{"points": null}',
    '{"reason": ""}',
    '{"reason": " \\u200b "}',
    '{"reason": "a\\u0000b"}',
    '{"reason": "\\ud800"}',
    '{"version": -1}',
    '{"version": 1.5}',
    '{"version": "0"}',
    '{"version": false}',
    '{"version": 99999999999999999999}',
    '{"bonus": 1}',
]


def body(points: float = 7.5, version: int = 0, reason: str = "It rounds.") -> dict[str, Any]:
    """An adjustment to be made."""
    return {"points": points, "reason": reason, "version": version}


class TestAdjust:
    """PUT and DELETE …/adjustment."""

    async def test_stands_in_place_of_what_was_earned(
        self, ask: Ask, room: Classroom, work: Work
    ) -> None:
        await work("student", 0.5)
        answer = await ask("grader", "PUT", adjustment(room), json=body())
        made = answer.json()
        assert (made["points"], made["reason"], made["version"]) == (7.5, "It rounds.", 1)
        assert made["by"] == "the grader"
        await work("student", 1.0)
        cell = (await ask("observer", "GET", adjustment(room).removesuffix("/adjustment"))).json()
        assert (cell["points"], cell["earned"], cell["adjustment"]) == (7.5, 10.0, made)
        gone = await ask(
            "grader", "DELETE", adjustment(room), params={"version": 1, "reason": "Wrong one."}
        )
        assert gone.status_code == 204
        cell = (await ask("observer", "GET", adjustment(room).removesuffix("/adjustment"))).json()
        assert (cell["points"], cell["adjustment"]) == (10.0, None)
        log = (await ask("observer", "GET", "/gradebook/log")).json()["items"]
        assert [
            (each["kind"], each["points_before"], each["points_after"], each["reason"])
            for each in log
        ] == [
            ("adjustment_removed", 7.5, 10.0, "Wrong one."),
            ("adjusted", 5.0, 7.5, "It rounds."),
        ]
        assert {each["actor"] for each in log} == {"the grader"}
        assert {each["student"] for each in log} == {"the student"}

    async def test_who_may(self, ask: Ask, check_problem: CheckProblem, room: Classroom) -> None:
        removal = {"version": 0, "reason": "x"}
        for who, status, kind in (
            ("student", 403, "forbidden"),
            ("observer", 403, "forbidden"),
            ("stranger", 404, "not-found"),
        ):
            answer = await ask(who, "PUT", adjustment(room), json=body())
            check_problem(answer, status, kind)
            answer = await ask(who, "DELETE", adjustment(room), params=removal)
            check_problem(answer, status, kind)
        for version, who in enumerate(("grader", "instructor", "owner", "admin")):
            answer = await ask(who, "PUT", adjustment(room), json=body(version=version))
            assert answer.json()["version"] == version + 1

    async def test_only_of_students_of_the_course(
        self, ask: Ask, check_problem: CheckProblem, room: Classroom
    ) -> None:
        for student in (uuid.uuid4(), room.people["grader"].person.id):
            answer = await ask("grader", "PUT", adjustment(room, student), json=body())
            check_problem(answer, 404, "not-found")
        path = f"/gradebook/{uuid.uuid4()}/{room.people['student'].person.id}/adjustment"
        check_problem(await ask("grader", "PUT", path, json=body()), 404, "not-found")
        answer = await ask(
            "grader", "DELETE", adjustment(room), params={"version": 0, "reason": "x"}
        )
        check_problem(answer, 404, "not-found")

    async def test_refuses_what_is_none(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        right = '{"points": 1, "reason": "x", "version": 0, '
        headers = {"Content-Type": "application/json", **room.headers("grader")}
        url = f"{room.url}{adjustment(room)}"
        for wrong in WRONG:
            answer = await client.put(url, content=right + wrong[1:], headers=headers)
            document = check_problem(answer, 422, "invalid-request")
            assert wrong.split('"')[1] in document["detail"], wrong
        assert count("adjustments") == 0


class TestTwoAtOnce:
    """Nothing that a grader stored is lost, and the second is told of the first."""

    async def test_the_second_is_told_who_changed_what(
        self, ask: Ask, check_problem: CheckProblem, room: Classroom
    ) -> None:
        answers = await asyncio.gather(
            ask("grader", "PUT", adjustment(room), json=body(8, reason="One.")),
            ask("owner", "PUT", adjustment(room), json=body(3, reason="Two.")),
        )
        first, second = sorted(answers, key=lambda answer: answer.status_code)
        assert first.status_code == 200
        document = check_problem(second, 409, "changed-meanwhile")
        stored = first.json()
        said = f"{stored['by']} set {stored['points']:g} points ({stored['reason']})"
        assert said in document["detail"]
        assert "with version 1" in document["detail"]
        cell = (await ask("observer", "GET", adjustment(room).removesuffix("/adjustment"))).json()
        assert cell["adjustment"] == stored

    async def test_a_removal_is_a_change_too(
        self, ask: Ask, check_problem: CheckProblem, room: Classroom
    ) -> None:
        await ask("grader", "PUT", adjustment(room), json=body())
        await ask("owner", "DELETE", adjustment(room), params={"version": 1, "reason": "No."})
        late = await ask("grader", "PUT", adjustment(room), json=body(9, version=1))
        detail = check_problem(late, 409, "changed-meanwhile")["detail"]
        assert "the owner took the adjustment away" in detail
        assert "with version 0" in detail
        late = await ask("grader", "DELETE", adjustment(room), params={"version": 1, "reason": "x"})
        check_problem(late, 409, "changed-meanwhile")
        # One that was made anew is not the one that was read before.
        again = await ask("owner", "PUT", adjustment(room), json=body(2))
        assert again.json()["version"] == 3
        late = await ask("grader", "PUT", adjustment(room), json=body(9, version=1))
        check_problem(late, 409, "changed-meanwhile")


class TestNotices:
    """Whose published grade changes is told."""

    async def test_once_grades_are_published(self, ask: Ask, room: Classroom, work: Work) -> None:
        async def told() -> list[str]:
            async with room.database.session() as session:
                return list(await session.scalars(select(Notice.text)))

        await work("student", 0.5)
        await ask("grader", "PUT", adjustment(room), json=body(6))
        assert await told() == []
        await room.publish()
        await ask("grader", "PUT", adjustment(room), json=body(8, 1, "You were right."))
        await ask("grader", "PUT", adjustment(room), json=body(8, 2, "You were right, of course."))
        (text,) = await told()
        assert text.endswith("changed from 6 to 8. You were right.")


class TestLog:
    """GET …/gradebook/log, which only grows."""

    async def test_pages_and_filters(
        self, ask: Ask, check_problem: CheckProblem, room: Classroom
    ) -> None:
        other = room.people["other"].person.id
        for version in range(3):
            await ask("grader", "PUT", adjustment(room), json=body(version, version))
        await ask("owner", "PUT", adjustment(room, other), json=body())
        path, seen, before = "/gradebook/log", [], None
        for _ in range(5):
            params = {"limit": 2} | ({"before": before} if before else {})
            page = (await ask("observer", "GET", path, params=params)).json()
            seen += [each["points_after"] for each in page["items"]]
            before = page["next"]
            if before is None:
                break
        assert seen == [7.5, 2.0, 1.0, 0.0]

        async def entries(**params: str) -> int:
            return len((await ask("observer", "GET", path, params=params)).json()["items"])

        assert await entries(student=str(other)) == 1
        assert await entries(problem=str(room.problem.id)) == 4
        assert await entries(problem=str(uuid.uuid4())) == 0
        for wrong in ({"before": "0"}, {"before": "9" * 30}, {"limit": "501"}, {"student": "x"}):
            answer = await ask("observer", "GET", path, params=wrong)
            check_problem(answer, 422, "invalid-request")

    async def test_nobody_can_edit_it(self, ask: Ask, room: Classroom, url: URL) -> None:
        await ask("grader", "PUT", adjustment(room), json=body())
        for statement in (
            "UPDATE grade_changes SET reason = 'Another.'",
            "DELETE FROM grade_changes",
            "TRUNCATE grade_changes",
        ):
            with (
                psycopg.connect(conninfo(url)) as connection,
                pytest.raises(psycopg.errors.RaiseException, match="neither changed nor deleted"),
            ):
                connection.execute(statement)
        async with room.database.session() as session:
            kept = select(func.count()).where(GradeChange.course_id == room.course.id)
            assert await session.scalar(kept) == 1
        for method in ("PUT", "PATCH", "DELETE", "POST"):
            assert (await ask("owner", method, "/gradebook/log")).status_code in (404, 405)

    async def test_outlives_who_wrote_it(self, ask: Ask, room: Classroom) -> None:
        await ask("grader", "PUT", adjustment(room), json=body())
        async with room.database.session() as session:
            await session.delete(await session.merge(room.people["grader"].person))
        (entry,) = (await ask("observer", "GET", "/gradebook/log")).json()["items"]
        assert entry["actor_id"] == str(room.people["grader"].person.id)
        assert entry["actor"] is None
        late = await ask("owner", "PUT", adjustment(room), json=body())
        assert "Somebody whose account is gone set 7.5 points" in late.json()["detail"]
