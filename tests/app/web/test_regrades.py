"""The pages of questions about grades, for students and for those who grade."""

from __future__ import annotations

import uuid

import httpx
import pytest

from app.db.engine import Database
from judge.package import Package
from tests.app.gradebook.classroom import Classroom, make_classroom


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course whose grades are published."""
    made = await make_classroom(database, package)
    await made.publish()
    return made


async def look(client: httpx.AsyncClient, room: Classroom, who: str, query: str = "") -> str:
    """The page as somebody sees it."""
    answer = await client.get(
        f"/courses/{room.course.id}/regrades{query}", headers=room.headers(who)
    )
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_from_a_question_to_its_answer(client: httpx.AsyncClient, room: Classroom) -> None:
    place = f"/courses/{room.course.id}/regrades"
    submission = await room.submit()
    assert "Nobody waits for an answer" in await look(client, room, "grader")
    assert "You have asked nothing yet" in await look(client, room, "student")
    page = (await client.get(f"/submissions/{submission.id}", headers=room.headers("student"))).text
    assert "Ask about this grade" in page
    assert f'value="{room.problem.id}"' in page
    for who in ("grader", "observer"):
        page = (await client.get(f"/submissions/{submission.id}", headers=room.headers(who))).text
        assert "Ask about this grade" not in page
    answer = await client.post(
        place,
        data={"problem_id": str(room.problem.id), "text": "<i>Why</i>?"},
        headers=room.headers("student"),
    )
    assert answer.status_code == 303
    question = answer.headers["location"].partition("#regrade-")[2]
    page = (await client.get(f"/submissions/{submission.id}", headers=room.headers("student"))).text
    assert "&lt;i&gt;Why&lt;/i&gt;?" in page
    assert "Ask another" not in page
    assert "Take it back" in page
    for who, may_answer in (("grader", True), ("observer", False)):
        page = await look(client, room, who)
        assert "&lt;i&gt;Why&lt;/i&gt;?" in page
        assert "the student" in page
        assert (f'action="{place}/{question}/answer"' in page) is may_answer
    assert "Why" not in await look(client, room, "other")
    for points in ("x", "-1", "nan", "inf", "1e9"):
        answer = await client.post(
            f"{place}/{question}/answer",
            data={"text": "So.", "points": points},
            headers=room.headers("grader"),
        )
        assert answer.status_code == 422
        # The page is there again, with what was written.
        assert "Points: a number from 0 to 1,000,000, for example 7.5." in answer.text
        assert ">So.</textarea>" in answer.text
    answer = await client.post(
        f"{place}/{question}/answer",
        data={"text": "You are **right**.", "points": "7,5", "version": "0"},
        headers=room.headers("grader"),
    )
    assert answer.status_code == 303, answer.text
    page = await look(client, room, "student")
    assert "You are <strong>right</strong>." in page
    assert "7.5 of 10 points" in page
    assert "Ask about a grade" in page
    assert "Nobody waits" in await look(client, room, "grader")
    assert "<strong>right</strong>" in await look(client, room, "grader", "?state=answered")
    # Who was slower loses no word.
    answer = await client.post(
        f"{place}/{question}/answer", data={"text": "No, never."}, headers=room.headers("owner")
    )
    assert answer.status_code == 409
    assert "the grader answered this question" in answer.text
    assert "No, never." in answer.text


async def test_points_that_somebody_else_changed(
    client: httpx.AsyncClient, room: Classroom
) -> None:
    place = f"/courses/{room.course.id}/regrades"
    answer = await client.post(
        place,
        data={"problem_id": str(room.problem.id), "text": "Why?"},
        headers=room.headers("student"),
    )
    question = answer.headers["location"].partition("#regrade-")[2]
    answer = await client.post(
        f"{place}/{question}/answer",
        data={"text": "All of it.", "points": "7", "version": "2"},
        headers=room.headers("grader"),
    )
    assert answer.status_code == 409
    # The form is there again, with what was written and the version to answer to now.
    assert ">All of it.</textarea>" in answer.text
    assert '<input type="hidden" name="version" value="0">' in answer.text
    answer = await client.post(f"{place}/{question}/take-back", headers=room.headers("student"))
    assert answer.status_code == 303
    assert "No student has asked" in await look(client, room, "grader", "?state=all")


async def test_nobody_else_sees_it(client: httpx.AsyncClient, room: Classroom) -> None:
    for course in (room.course.id, uuid.uuid4()):
        answer = await client.get(f"/courses/{course}/regrades", headers=room.headers("stranger"))
        assert answer.status_code == 404
