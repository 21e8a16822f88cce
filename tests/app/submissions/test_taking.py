"""Submitting to assignments: who may, when, how often, and what it is then."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from app.courses.rules import AssignmentRules, Bucket, Capped, LatePolicy, Window
from app.db.base import now
from app.db.engine import Database
from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    Grade,
    Submission,
)
from app.submissions import assigned_repository
from tests.app.conftest import Learner
from tests.app.coursework import grant
from tests.app.submissions.conftest import Send, SetUp

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
HOUR = timedelta(hours=1)


def window(opens: float | None, due: float | None, until: float | None = None) -> Window:
    """A window by hours from now."""

    def at(hours: float | None) -> Any:
        return None if hours is None else now() + hours * HOUR

    return Window(opens_at=at(opens), due_at=at(due), late_until=at(until))


class TestTaken:
    async def test_is_stored_for_the_assignment_by_its_pin(
        self, set_up: SetUp, send: Send, database: Database
    ) -> None:
        found = await set_up(AssignmentRules(window=window(-1, 1)))
        answer = await send(found.problem.id)
        assert answer.status_code == 202, answer.text
        document = answer.json()
        assert document["assignment"] == {
            "course_id": str(found.course.id),
            "assignment_id": str(found.assignment.id),
            "assignment_problem_id": str(found.problem.id),
            "title": "First steps",
        }
        assert (document["student"], document["notice"]) == ("ann", None)
        async with database.session() as session:
            attempt = (await session.execute(select(Attempt))).scalar_one()
            assert attempt.package_sha256 == found.problem.package_sha256
            grade = (await session.execute(select(Grade))).scalar_one()
            assert (grade.submissions, grade.judging, grade.points) == (1, 1, 0)

    async def test_lists_those_to_one_problem_of_an_assignment(
        self, set_up: SetUp, send: Send, submit: Send, client: httpx.AsyncClient, ann: Learner
    ) -> None:
        found = await set_up()
        sent = (await send(found.problem.id)).json()["id"]
        await submit("practice = 1")
        params = {"assignment_problem": str(found.problem.id)}
        answer = await client.get("/api/v1/submissions", params=params, headers=ann.headers)
        assert [item["id"] for item in answer.json()["items"]] == [sent]

    async def test_staff_test_it_and_nothing_is_graded(
        self, set_up: SetUp, send: Send, teacher: Learner, database: Database
    ) -> None:
        rules = AssignmentRules(window=window(1, 2), attempts=Capped(most=1))
        found = await set_up(rules, listed=False)
        for _ in range(2):
            answer = await send(found.problem.id, by=teacher)
            assert answer.status_code == 202
        assert answer.json()["assignment"] is not None
        async with database.session() as session:
            assert (await session.execute(select(Grade))).scalars().all() == []

    async def test_a_retry_is_answered_again_also_when_no_attempt_is_left(
        self, set_up: SetUp, send: Send, submit: Send, check_problem: CheckProblem
    ) -> None:
        found = await set_up(AssignmentRules(attempts=Capped(most=1)))
        key = {"Idempotency-Key": "once"}
        first, again = [await send(found.problem.id, headers=key) for _ in range(2)]
        assert first.json()["id"] == again.json()["id"]
        # The same program under the same key as practice is another order.
        check_problem(await submit("x = 1\n", headers=key), 409, "idempotency-key-reused")


class TestNotFound:
    @pytest.mark.parametrize("who", ["nobody", "has left", "unlisted", "deleted", "unknown"])
    async def test_what_one_may_not_know_of(
        self,
        who: str,
        set_up: SetUp,
        send: Send,
        ben: Learner,
        database: Database,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        found = await set_up(listed=who != "unlisted")
        problem_id = uuid.uuid4() if who == "unknown" else found.problem.id
        async with database.session() as session:
            if who == "has left":
                await session.execute(update(Enrolment).values(left_at=func.now()))
            if who == "deleted":
                await session.execute(delete(AssignmentProblem))
        by = {"by": ben} if who == "nobody" else {}
        answer = await send(problem_id, **by)
        document = check_problem(answer, 404, "not-assigned")
        assert "First steps" not in document["detail"]
        assert count("submissions") == 0

    async def test_another_problem_than_the_assignments(
        self, set_up: SetUp, send: Send, check_problem: CheckProblem
    ) -> None:
        found = await set_up()
        answer = await send(found.problem.id, body={"problem": "nope\0"})
        document = check_problem(answer, 422, "invalid-request")
        assert document["errors"][0]["location"] == "body.problem"
        check_problem(await send("17"), 422, "invalid-request")


class TestWindow:
    async def test_before_it_opens(
        self, set_up: SetUp, send: Send, check_problem: CheckProblem
    ) -> None:
        found = await set_up(AssignmentRules(window=window(1, 2)))
        answer = await send(found.problem.id)
        document = check_problem(answer, 403, "not-open-yet")
        assert "“First steps” opens on" in document["detail"]
        assert "(UTC)" in document["detail"]
        assert 3500 < int(answer.headers["retry-after"]) <= 3600

    @pytest.mark.parametrize("archived", [True, False])
    async def test_after_the_end(
        self,
        archived: bool,
        teacher: Learner,
        set_up: SetUp,
        send: Send,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        rules = AssignmentRules(window=window(-3, 1) if archived else window(-3, -2, -1))
        found = await set_up(rules, practice_after_end=archived)
        key = {"Idempotency-Key": "before the end"}
        if archived:
            before = await send(found.problem.id, headers=key)
            async with database.session() as session:
                await session.execute(update(Course).values(archived_at=func.now()))
            # What was taken is answered again, whatever has become of the assignment.
            assert (await send(found.problem.id, headers=key)).json()["id"] == before.json()["id"]
            answer = await send(found.problem.id, by=teacher)
            check_problem(answer, 403, "assignment-closed")
        document = check_problem(await send(found.problem.id), 403, "assignment-closed")
        assert ("archived" if archived else "is closed since") in document["detail"]

    async def test_practice_after_the_end(
        self, set_up: SetUp, send: Send, database: Database, client: Any, ann: Learner
    ) -> None:
        found = await set_up(AssignmentRules(window=window(-3, -2)))
        key = {"Idempotency-Key": "late"}
        answer = await send(found.problem.id, headers=key, params={"wait": 0.05})
        document = answer.json()
        assert document["assignment"] is None
        assert "taken as practice and earns no points" in document["notice"]
        again = (await send(found.problem.id, headers=key)).json()
        assert (again["id"], again["notice"]) == (document["id"], document["notice"])
        async with database.session() as session:
            attempt = (await session.execute(select(Attempt))).scalar_one()
            assert attempt.package_sha256 is None
            assert (await session.execute(select(Grade))).scalars().all() == []

    async def test_an_extension_opens_it_for_one(
        self,
        set_up: SetUp,
        send: Send,
        ben: Learner,
        database: Database,
        enrolled: Callable[..., Awaitable[None]],
        check_problem: CheckProblem,
    ) -> None:
        found = await set_up(AssignmentRules(window=window(-3, -2)), practice_after_end=False)
        await enrolled(found.course, ben.person, CourseRole.STUDENT)
        async with database.session() as session:
            statement = select(Enrolment).where(Enrolment.person_id == ben.person.id)
            member = (await session.execute(statement)).scalar_one()
            later = {"assignment_id": found.assignment.id, "due_at": now() + HOUR}
            await grant(session, found.course, [member], **later)
        check_problem(await send(found.problem.id), 403, "assignment-closed")
        assert (await send(found.problem.id, by=ben)).status_code == 202

    async def test_one_clock_decides_and_the_due_moment_is_on_time(
        self,
        set_up: SetUp,
        send: Send,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
        check_problem: CheckProblem,
    ) -> None:
        due = now().replace(microsecond=123456)
        rules = AssignmentRules(window=Window(due_at=due), late=LatePolicy(grace=timedelta(0)))
        found = await set_up(rules, practice_after_end=False)
        shown = due

        async def clock(_session: object) -> Any:
            return shown

        monkeypatch.setattr(assigned_repository, "moment", clock)
        assert (await send(found.problem.id)).status_code == 202
        shown = due + timedelta(microseconds=1)
        check_problem(await send(found.problem.id), 403, "assignment-closed")
        async with database.session() as session:
            stored = (await session.execute(select(Submission.created_at))).scalars().all()
            assert stored == [due]

    async def test_the_clock_is_the_databases(self, database: Database) -> None:
        async with database.session() as session:
            first, second = [await assigned_repository.moment(session) for _ in range(2)]
            assert second > first
            assert first.tzinfo is not None


class TestAttempts:
    async def test_a_cap_holds_whatever_comes_at_once(
        self, set_up: SetUp, send: Send, check_problem: CheckProblem, count: Callable[[str], int]
    ) -> None:
        found = await set_up(AssignmentRules(attempts=Capped(most=2)))
        answers = await asyncio.gather(
            *(send(found.problem.id, f"x = {number}\n") for number in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [202, 202, 403, 403, 403]
        refused = next(answer for answer in answers if answer.status_code == 403)
        document = check_problem(refused, 403, "no-attempts-left")
        assert "2 attempts" in document["detail"]
        assert "retry-after" not in refused.headers
        assert count("submissions") == 2

    async def test_a_bucket_says_when_the_next_one_comes(
        self, set_up: SetUp, send: Send, check_problem: CheckProblem
    ) -> None:
        found = await set_up(AssignmentRules(attempts=Bucket(holds=1, refill=HOUR)))
        assert (await send(found.problem.id)).status_code == 202
        answer = await send(found.problem.id)
        document = check_problem(answer, 429, "next-attempt-later")
        assert "The next one comes on" in document["detail"]
        assert 3500 < int(answer.headers["retry-after"]) <= 3600

    async def test_a_bucket_that_fills_after_the_end_says_so(
        self, set_up: SetUp, send: Send, check_problem: CheckProblem
    ) -> None:
        window = Window(due_at=now() + HOUR / 2)
        found = await set_up(AssignmentRules(window=window, attempts=Bucket(holds=1, refill=HOUR)))
        assert (await send(found.problem.id)).status_code == 202
        answer = await send(found.problem.id)
        document = check_problem(answer, 403, "no-attempts-left")
        assert "none comes back before it ends, on" in document["detail"]
        assert "retry-after" not in answer.headers

    async def test_a_judge_error_costs_none(
        self, set_up: SetUp, send: Send, database: Database, check_problem: CheckProblem
    ) -> None:
        found = await set_up(AssignmentRules(attempts=Capped(most=1)))
        await send(found.problem.id)
        check_problem(await send(found.problem.id), 403, "no-attempts-left")
        async with database.session() as session:
            await session.execute(update(Attempt).values(status="done", verdict="IE", score=0))
        assert (await send(found.problem.id)).status_code == 202

    async def test_practice_costs_none(
        self, set_up: SetUp, send: Send, submit: Send, check_problem: CheckProblem
    ) -> None:
        found = await set_up(AssignmentRules(attempts=Capped(most=1)))
        await submit()
        assert (await send(found.problem.id)).status_code == 202


class TestDeletedMeanwhile:
    @pytest.mark.parametrize("what", [Course, Assignment])
    async def test_a_submission_is_taken_or_refused_and_never_fails(
        self, what: type[Course | Assignment], set_up: SetUp, send: Send, database: Database
    ) -> None:
        found = await set_up()

        async def remove() -> None:
            async with database.session() as session:
                await session.execute(delete(what))

        sending = [send(found.problem.id, f"x = {number}\n") for number in range(4)]
        async with asyncio.timeout(20):
            *answers, _ = await asyncio.gather(*sending, remove())
        assert {answer.status_code for answer in answers} <= {202, 404}
        async with database.session() as session:
            assert (await session.execute(select(Grade))).scalars().all() == []


class TestPracticeBesideAnAssignment:
    @pytest.mark.parametrize(
        ("rules", "fields", "taken"),
        [
            (AssignmentRules(), {}, True),
            (AssignmentRules(attempts=Capped(most=3)), {}, False),
            (AssignmentRules(attempts=Bucket(holds=3, refill=HOUR)), {}, False),
            (AssignmentRules(), {"hidden_groups": ("base",)}, False),
            (AssignmentRules(), {"feedback": "after_publishing"}, False),
            (AssignmentRules(), {"feedback": "after_publishing", "published_at": now()}, True),
            (AssignmentRules(window=window(-1, 1)), {"feedback": "after_due"}, False),
            # Late ones are taken still, and feedback is given.
            (AssignmentRules(window=window(-2, -1, 1)), {"feedback": "after_due"}, True),
            (AssignmentRules(window=window(-2, -1, 1), attempts=Capped(most=3)), {}, False),
            (AssignmentRules(window=window(-2, -1), attempts=Capped(most=3)), {}, True),
            (AssignmentRules(window=window(1, 2), attempts=Capped(most=3)), {}, True),
            (AssignmentRules(attempts=Capped(most=3)), {"listed": False}, True),
            (AssignmentRules(attempts=Capped(most=3)), {"role": CourseRole.GRADER}, True),
        ],
    )
    async def test_is_refused_where_it_gets_round_the_rules(
        self,
        rules: AssignmentRules,
        fields: dict[str, Any],
        taken: bool,
        set_up: SetUp,
        submit: Send,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        await set_up(rules, **fields)
        answer = await submit("x = 1\n")
        if taken:
            assert answer.status_code == 202, answer.text
        else:
            check_problem(answer, 403, "set-for-points")
            assert count("submissions") == 0

    async def test_says_where_and_until_when(
        self,
        set_up: SetUp,
        submit: Send,
        client: httpx.AsyncClient,
        ann: Learner,
        ben: Learner,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        key = {"Idempotency-Key": "before it opens"}
        before = await submit("x = 1\n", headers=key)
        found = await set_up(AssignmentRules(window=window(-1, 1), attempts=Capped(most=3)))
        document = check_problem(await submit("x = 1\n"), 403, "set-for-points")
        assert "“First steps”" in document["detail"]
        assert str(found.problem.id) in document["detail"]
        assert "It can be practised after" in document["detail"]
        # What was taken before is answered again, and others are not held to it.
        again = await submit("x = 1\n", headers=key)
        assert again.json()["id"] == before.json()["id"]
        assert (await submit("x = 1\n", headers=ben.headers)).status_code == 202
        place = f"/problems/{found.problem.problem_slug}"
        instead = f'href="{place}?assignment_problem={found.problem.id}"'
        for who, shown in ((ann, True), (ben, False)):
            page = await client.get(place, headers=who.headers)
            assert (instead in page.text) is shown
        in_it = await client.get(
            place, params={"assignment_problem": str(found.problem.id)}, headers=ann.headers
        )
        assert instead not in in_it.text

    @pytest.mark.parametrize(
        ("code", "taken_out", "taken"),
        [("12345678", False, False), (None, False, True), ("12345678", True, True)],
    )
    async def test_leaving_the_course_does_not_help_who_can_come_back(
        self,
        code: str | None,
        taken_out: bool,
        taken: bool,
        set_up: SetUp,
        submit: Send,
        database: Database,
    ) -> None:
        await set_up(AssignmentRules(attempts=Capped(most=3)))
        async with database.session() as session:
            await session.execute(update(Course).values(join_code=code))
            await session.execute(update(Enrolment).values(left_at=func.now(), taken_out=taken_out))
        assert (await submit("x = 1\n")).status_code == (202 if taken else 403)
