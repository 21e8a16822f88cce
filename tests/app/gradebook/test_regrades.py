"""Questions about grades: who asks and reads them when, and what an answer does."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.courses.grading import recompute
from app.db.base import now
from app.db.engine import Database
from app.gradebook import anonymity
from app.models import Assignment, Enrolment
from judge.package import Package
from tests.app.coursework import make_assignment, set_problem
from tests.app.gradebook.classroom import Classroom, make_classroom

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course whose grades are published."""
    made = await make_classroom(database, package)
    await made.publish()
    return made


async def ask(
    client: httpx.AsyncClient,
    room: Classroom,
    who: str = "student",
    text: str = "Why?",
    **body: Any,
) -> httpx.Response:
    """Somebody's question."""
    return await client.post(
        f"{room.url}/regrades",
        json={"problem_id": str(room.problem.id), "text": text, **body},
        headers=room.headers(who),
    )


async def answer(
    client: httpx.AsyncClient, room: Classroom, question: Any, who: str = "grader", **body: Any
) -> httpx.Response:
    """Somebody's answer to a question."""
    return await client.post(
        f"{room.url}/regrades/{question['id']}/answer",
        json={"answer": "So.", **body},
        headers=room.headers(who),
    )


async def read(client: httpx.AsyncClient, room: Classroom, who: str, **query: Any) -> Any:
    """The questions that somebody reads."""
    found = await client.get(f"{room.url}/regrades", params=query, headers=room.headers(who))
    assert found.status_code == 200, found.text
    return found.json()


async def notices(client: httpx.AsyncClient, room: Classroom, who: str) -> list[str]:
    """What somebody is told of."""
    found = await client.get("/api/v1/me/notices", headers=room.headers(who))
    return [item["text"] for item in found.json()["items"]]


class TestAsk:
    """POST /api/v1/courses/{id}/regrades."""

    async def test_with_the_submission_that_counts(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        best = await room.submit("student", 0.5)
        await room.submit("student", 0.25)
        async with room.database.session() as session:
            await recompute(session, room.course.id)
        made = await ask(client, room)
        assert made.status_code == 201
        question = made.json()
        assert question.pop("id")
        assert question.pop("created_at")
        assert question == {
            "assignment_id": str(room.assignment.id),
            "assignment": "First steps",
            "problem_id": str(room.problem.id),
            "problem": question["problem"],
            "student_id": str(room.people["student"].person.id),
            "student": "the student",
            "submission_id": str(best.id),
            "text": "Why?",
            "answer": None,
            "answered_by": None,
            "answered_at": None,
            "points": 5.0,
            "most_points": 10.0,
            "adjustment_version": 0,
        }

    async def test_who_may(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        for who in ("observer", "grader", "instructor", "owner", "admin"):
            check_problem(await ask(client, room, who), 403, "forbidden")
        check_problem(await ask(client, room, "stranger"), 404, "not-found")
        async with room.database.session() as session:
            left = await session.get_one(Enrolment, room.enrolments["other"].id)
            left.left_at = now()
        check_problem(await ask(client, room, "other"), 404, "not-found")

    async def test_only_about_published_grades(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        await room.change(published_at=None)
        detail = check_problem(await ask(client, room), 403, "forbidden")["detail"]
        assert "not published" in detail
        await room.change(published_at=now(), listed=False)
        check_problem(await ask(client, room), 404, "not-found")
        check_problem(await ask(client, room, problem_id=str(uuid.uuid4())), 404, "not-found")

    async def test_one_at_a_time(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        answers = await asyncio.gather(*(ask(client, room) for _ in range(4)))
        assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
        assert count("regrade_requests") == 1
        check_problem(await ask(client, room), 409, "already-asked")
        assert (await ask(client, room, "other")).status_code == 201
        (question,) = (await read(client, room, "student"))["items"]
        await answer(client, room, question)
        assert (await ask(client, room)).status_code == 201

    @pytest.mark.parametrize(
        "body",
        [
            {"text": ""},
            {"text": "\n"},
            {"text": "a\0b"},
            {"text": "\ud800"},
            {"text": "x" * 10_001},
            {"problem_id": "x"},
            {"student_id": str(uuid.uuid4())},
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        body: dict[str, Any],
    ) -> None:
        content = json.dumps({"problem_id": str(room.problem.id), "text": "Why?", **body})
        headers = {**room.headers("student"), "Content-Type": "application/json"}
        made = await client.post(f"{room.url}/regrades", content=content, headers=headers)
        check_problem(made, 422, "invalid-request")


class TestRead:
    """GET …/regrades and …/regrades/{id}."""

    async def test_students_their_own_and_staff_all(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        mine = (await ask(client, room)).json()
        others = (await ask(client, room, "other", "And mine?")).json()
        for who, ids in (
            ("student", [mine["id"]]),
            ("other", [others["id"]]),
            *((who, [others["id"], mine["id"]]) for who in ("observer", "grader", "owner")),
        ):
            found = await read(client, room, who)
            assert [item["id"] for item in found["items"]] == ids
            assert found["open"] == len(ids)
        place = f"{room.url}/regrades/{others['id']}"
        check_problem(await client.get(place, headers=room.headers("student")), 404, "not-found")
        check_problem(await client.get(place, headers=room.headers("stranger")), 404, "not-found")
        seen = await client.get(place, headers=room.headers("observer"))
        assert seen.json()["text"] == "And mine?"

    async def test_filters_and_pages(
        self, client: httpx.AsyncClient, room: Classroom, package: Package
    ) -> None:
        async with room.database.session() as session:
            second = await make_assignment(session, room.course, published_at=now())
            problem = await set_problem(session, second, package)
        first = (await ask(client, room)).json()
        await answer(client, room, first)
        again = (await ask(client, room)).json()
        about = (await ask(client, room, problem_id=str(problem.id))).json()
        other = (await ask(client, room, "other")).json()
        every = [other["id"], about["id"], again["id"], first["id"]]
        for query, ids in (
            ({}, every),
            ({"state": "open"}, every[:3]),
            ({"state": "answered"}, every[3:]),
            ({"problem": str(problem.id)}, [about["id"]]),
        ):
            found = await read(client, room, "grader", **query)
            assert [item["id"] for item in found["items"]] == ids
            assert found["open"] == 3
        seen: list[str] = []
        query = {"limit": 3}
        while True:
            found = await read(client, room, "grader", **query)
            seen += [item["id"] for item in found["items"]]
            if found["next"] is None:
                break
            query["after"] = found["next"]
        assert seen == every

    async def test_anonymous_grading_hides_names_both_ways(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        await room.change(anonymous=True)
        question = (await ask(client, room)).json()
        assert (await answer(client, room, question)).json()["answered_by"] == "the grader"
        (seen,) = (await read(client, room, "student"))["items"]
        assert (seen["answered_by"], seen["student"]) == ("Grader", "the student")
        # Once its grades are taken back, those who grade have pseudonyms again.
        await room.change(published_at=None)
        person_id = room.people["student"].person.id
        pseudonym = anonymity.pseudonym(room.assignment, person_id)
        found = await client.get(f"{room.url}/regrades", headers=room.headers("owner"))
        assert found.json()["items"][0]["student_id"] == str(pseudonym)
        assert "the student" not in found.text
        assert str(person_id) not in found.text
        (seen,) = (await read(client, room, "student"))["items"]
        assert (seen["student"], seen["points"]) == ("the student", None)


class TestAnswer:
    """POST …/regrades/{id}/answer."""

    async def test_who_may(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        question = (await ask(client, room)).json()
        for who in ("student", "observer"):
            check_problem(await answer(client, room, question, who), 403, "forbidden")
        check_problem(await answer(client, room, question, "stranger"), 404, "not-found")
        check_problem(await answer(client, room, {"id": uuid.uuid4()}), 404, "not-found")
        assert (await answer(client, room, question, "admin")).status_code == 200

    async def test_the_student_is_told(self, client: httpx.AsyncClient, room: Classroom) -> None:
        question = (await ask(client, room)).json()
        said = (await answer(client, room, question)).json()
        assert (said["answer"], said["answered_by"]) == ("So.", "the grader")
        (told,) = await notices(client, room, "student")
        assert told == f"Your question about {question['problem']} in First steps was answered."
        assert await notices(client, room, "other") == []

    async def test_points_are_set_with_it(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        question = (await ask(client, room)).json()
        # Somebody else has changed the points meanwhile: nothing of the answer is stored.
        refused = await answer(client, room, question, points=7, version=3)
        check_problem(refused, 409, "changed-meanwhile")
        (seen,) = (await read(client, room, "student"))["items"]
        assert (seen["answer"], seen["points"]) == (None, None)
        long = "Right.\n" + "x" * 2000
        said = (await answer(client, room, question, points=7.5, answer=long)).json()
        assert (said["points"], said["adjustment_version"]) == (7.5, 1)
        log = await client.get(f"{room.url}/gradebook/log", headers=room.headers("grader"))
        entry = log.json()["items"][0]
        assert (entry["kind"], entry["points_after"]) == ("adjusted", 7.5)
        assert entry["reason"].startswith("Regrade request: Right. xxx")
        assert len(await notices(client, room, "student")) == 2

    async def test_a_version_is_whole_however_it_is_written(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        question = (await ask(client, room)).json()
        said = await answer(client, room, question, points=7, version=0.0)
        assert (said.status_code, said.json().get("adjustment_version")) == (200, 1)

    async def test_nothing_of_points_that_are_taken_back(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        question = (await ask(client, room)).json()
        await answer(client, room, question, points=7.5)
        await room.change(published_at=None)
        (seen,) = (await read(client, room, "student"))["items"]
        assert (seen["points"], seen["adjustment_version"]) == (None, 0)
        (seen,) = (await read(client, room, "grader"))["items"]
        assert (seen["points"], seen["adjustment_version"]) == (7.5, 1)

    async def test_two_at_once(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        question = (await ask(client, room)).json()
        answers = await asyncio.gather(
            *(answer(client, room, question, who, answer=who) for who in ("grader", "owner"))
        )
        assert sorted(each.status_code for each in answers) == [200, 409]
        (said,) = (each.json() for each in answers if each.status_code == 200)
        (seen,) = (await read(client, room, "student"))["items"]
        assert seen["answer"] == said["answer"]
        late = check_problem(await answer(client, room, question), 409, "already-answered")
        assert f"the {said['answer']} answered" in late["detail"]
        assert len(await notices(client, room, "student")) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"answer": " "},
            {"points": -1},
            {"points": 1e7},
            {"points": "NaN"},
            {"points": True},
            {"points": 1, "version": False},
            {"points": 1, "version": -1},
            {"points": 1, "version": "0"},
            {"points": 1, "version": 0.5},
            {"points": 1, "version": 2**40},
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        body: dict[str, Any],
    ) -> None:
        question = (await ask(client, room)).json()
        check_problem(await answer(client, room, question, **body), 422, "invalid-request")


class TestTakeBack:
    """DELETE …/regrades/{id}."""

    async def test_ones_own_until_it_is_answered(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        async def take_back(who: str) -> httpx.Response:
            return await client.delete(
                f"{room.url}/regrades/{question['id']}", headers=room.headers(who)
            )

        question = (await ask(client, room)).json()
        check_problem(await take_back("other"), 404, "not-found")
        check_problem(await take_back("owner"), 403, "forbidden")
        assert (await take_back("student")).status_code == 204
        check_problem(await take_back("student"), 404, "not-found")
        question = (await ask(client, room)).json()
        await answer(client, room, question)
        check_problem(await take_back("student"), 409, "already-answered")


async def test_a_course_that_goes_takes_its_questions_along(
    client: httpx.AsyncClient, room: Classroom, count: Callable[[str], int]
) -> None:
    await ask(client, room)
    async with room.database.session() as session:
        await session.delete(await session.get_one(Assignment, room.assignment.id))
    assert count("regrade_requests") == 0
