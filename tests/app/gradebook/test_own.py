"""A student's own grades: what they are told, and what not yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.courses.rules import AssignmentRules, LatePolicy, Window
from app.models import AssignmentProblem, Course, Feedback, GradeChange
from judge.package import Package
from tests.app.coursework import grant, make_assignment, set_problem
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work, adjustment

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def grades(ask: Ask, who: str = "student") -> dict[str, Any]:
    """What somebody is told."""
    answer = await ask(who, "GET", "/grades")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def publish(ask: Ask, room: Classroom, method: str = "PUT") -> None:
    """Publish the assignment's grades, or take that back."""
    path = f"/gradebook/assignments/{room.assignment.id}/publication"
    assert (await ask("owner", method, path)).status_code == 200


class TestOwn:
    """GET /courses/{id}/grades."""

    async def test_nothing_before_it_is_published(
        self, ask: Ask, room: Classroom, work: Work
    ) -> None:
        await work("student", 0.5)
        body = {"points": 9, "reason": "Secret so far.", "version": 0}
        await ask("grader", "PUT", adjustment(room), json=body)
        document = await grades(ask)
        assert "Secret" not in str(document)
        (assignment,) = document["assignments"]
        (problem,) = assignment["problems"]
        assert (assignment["points_shown"], assignment["points"]) == (False, None)
        assert (problem["points"], problem["submissions"]) == (None, 1)
        assert problem["why"] == "Points are not published yet."
        assert (document["points"], document["most_points"], document["history"]) == (0.0, 0.0, [])

    async def test_all_once_it_is(self, ask: Ask, room: Classroom, work: Work) -> None:
        await work("student", 0.5)
        body = {"points": 9, "reason": "The statement was unclear.", "version": 0}
        await ask("grader", "PUT", adjustment(room), json=body)
        await publish(ask, room)
        body = {"points": 8, "reason": "It was not that unclear.", "version": 1}
        await ask("grader", "PUT", adjustment(room), json=body)
        document = await grades(ask)
        (problem,) = document["assignments"][0]["problems"]
        assert (problem["points"], problem["adjusted"]) == (8.0, True)
        assert problem["why"] == (
            "Set by hand to 8. It was not that unclear. By the rules it was 5."
        )
        assert (document["points"], document["most_points"]) == (8.0, 10.0)
        # What was done before is no news.
        shown = [(each["kind"], each["points_before"]) for each in document["history"]]
        assert shown == [("adjusted", 9.0), ("published", None)]
        assert (await grades(ask, "other"))["history"] == [document["history"][1]]
        await publish(ask, room, "DELETE")
        document = await grades(ask)
        assert document["assignments"][0]["problems"][0]["points"] is None
        assert [each["kind"] for each in document["history"]] == ["unpublished"]

    async def test_totals_are_those_of_the_gradebook(
        self, ask: Ask, room: Classroom, work: Work, package: Package, client: httpx.AsyncClient
    ) -> None:
        """Points that were rounded before they are added up make 9.9999 of three times a third."""
        async with room.database.session() as session:
            other = await make_assignment(session, room.course, title="Second", position=1)
            more = [
                await set_problem(session, each, package, position=place, problem_slug=slug)
                for each, place, slug in (
                    (room.assignment, 1, "layer-norm"),
                    (other, 0, package.slug),
                )
            ]
        for problem in (room.problem, *more):
            await work("student", 1 / 3, problem=problem)
        await room.publish()
        book = (await ask("grader", "GET", "/gradebook")).json()
        place = [row["name"] for row in book["students"]].index("the student")
        document = await grades(ask)
        assert document["points"] == book["totals"][place] == 10.0
        assert [each["points"] for each in document["assignments"]] == [6.6667, 3.3333]
        path = f"/assignments/{room.assignment.id}"
        assert (await ask("student", "GET", path)).json()["yours"]["points"] == 6.6667

    async def test_what_can_be_earned_is_added_up_without_the_noise_of_it(
        self, ask: Ask, room: Classroom, package: Package
    ) -> None:
        async with room.database.session() as session:
            (await session.get_one(AssignmentProblem, room.problem.id)).points = 0.1
            await set_problem(
                session, room.assignment, package, position=1, problem_slug="layer-norm", points=0.2
            )
        await room.publish()
        document = await grades(ask)
        path = f"/assignments/{room.assignment.id}"
        assignment = (await ask("student", "GET", path)).json()
        for each in (document, *document["assignments"], assignment, assignment["yours"]):
            assert each["most_points"] == 0.3

    async def test_what_is_being_judged_has_earned_nothing_yet(
        self, ask: Ask, room: Classroom, work: Work, client: httpx.AsyncClient
    ) -> None:
        await room.publish()
        await work("student", None)
        body = {"points": 9, "reason": "The judge is slow.", "version": 0}
        await ask("grader", "PUT", adjustment(room), json=body)
        (entry,) = (await ask("grader", "GET", "/gradebook/log")).json()["items"]
        assert (entry["points_before"], entry["points_after"]) == (None, 9.0)
        (problem,) = (await grades(ask))["assignments"][0]["problems"]
        assert problem["why"] == "Set by hand to 9. The judge is slow."
        answer = await client.get("/api/v1/me/notices", headers=room.headers("student"))
        assert "changed from none to 9." in answer.json()["items"][0]["text"]

    async def test_feedback_at_once_tells_points_but_no_adjustment(
        self, ask: Ask, room: Classroom, work: Work
    ) -> None:
        await room.change(feedback=Feedback.NOW.value)
        await work("student", 0.5)
        body = {"points": 9, "reason": "Secret so far.", "version": 0}
        await ask("grader", "PUT", adjustment(room), json=body)
        async with room.database.session() as session:
            session.add(
                GradeChange(
                    kind="rejudged",
                    course_id=room.course.id,
                    problem_id=room.problem.id,
                    person_id=room.people["student"].person.id,
                    points_before=4.0,
                    points_after=5.0,
                    reason="The reference was wrong.",
                )
            )
        document = await grades(ask)
        (problem,) = document["assignments"][0]["problems"]
        assert (problem["points"], problem["adjusted"]) == (5.0, False)
        assert problem["why"].startswith("The submission that counts earned 50 % of 10 points")
        assert "Secret" not in str(document)
        (change,) = document["history"]
        assert (change["kind"], change["reason"]) == ("rejudged", "The reference was wrong.")
        assert (await grades(ask, "other"))["history"] == []

    async def test_late_days_and_own_dates(
        self, ask: Ask, room: Classroom, work: Work, package: Package
    ) -> None:
        rules = AssignmentRules(
            window=Window(due_at=NOW, late_until=NOW + 5 * DAY),
            late=LatePolicy(percent_per_day=10),
        )
        async with room.database.session() as session:
            course = await session.get_one(Course, room.course.id)
            course.late_days = 3
            late = await make_assignment(session, course, rules, title="Late", position=1)
            problem = await set_problem(session, late, package, points=20)
            members = [room.enrolments["other"]]
            reason = "A note between those who grant."
            await grant(
                session, course, members, assignment_id=late.id, due_at=NOW + DAY, reason=reason
            )
        await work("student", 1.0, NOW + 1.5 * DAY, problem)
        document = await grades(ask)
        assert (document["late_days"], document["late_days_left"]) == (3, 1)
        found = document["assignments"][1]
        assert (found["late_days"], found["points"], found["due_at"]) == (
            2,
            20.0,
            NOW.isoformat().replace("+00:00", "Z"),
        )
        assert "2 days late, all paid for by late days, at no cost" in found["problems"][0]["why"]
        other = await grades(ask, "other")
        assert other["assignments"][1]["due_at"].startswith("2026-03-11T12:00")
        assert "note between" not in str(other)

    async def test_is_in_the_export_of_ones_own_data(
        self, ask: Ask, room: Classroom, work: Work, client: httpx.AsyncClient
    ) -> None:
        await work("student", 0.5)
        for published in (False, True):
            answer = await client.get("/api/v1/me/export", headers=room.headers("student"))
            (exported,) = answer.json()["grades"]
            assert exported == await grades(ask)
            points = exported["assignments"][0]["points"]
            assert points == (5.0 if published else None)
            await publish(ask, room)
        answer = await client.get("/api/v1/me/export", headers=room.headers("grader"))
        assert answer.json()["grades"] == []

    async def test_who_may_and_what_is_listed(
        self, ask: Ask, check_problem: CheckProblem, room: Classroom, client: httpx.AsyncClient
    ) -> None:
        await room.change(listed=False)
        for who in ("student", "observer", "grader", "owner", "admin"):
            assert (await grades(ask, who))["assignments"] == []
        check_problem(await ask("stranger", "GET", "/grades"), 404, "not-found")
        check_problem(await client.get(f"{room.url}/grades"), 401, "not-signed-in")
