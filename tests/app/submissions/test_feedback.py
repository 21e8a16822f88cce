"""What an assignment holds back leaves the service on no road to its student; its staff see it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from app.courses.rules import AssignmentRules, Window
from app.db.base import now
from app.db.engine import Database
from app.models import (
    Assignment,
    Attempt,
    AttemptEvent,
    CourseRole,
    Enrolment,
    EventKind,
    Feedback,
)
from app.submissions.documents import storable
from judge.report import CaseResult, GroupResult
from judge.verdict import Verdict, Visibility
from tests.app.conftest import PROBLEM, Learner
from tests.app.coursework import grant
from tests.app.submissions.conftest import Send, Set, SetUp
from tests.reports import made_report

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
HOUR = timedelta(hours=1)
SECRET, SEED, SCORE = "sentinel-of-what-is-withheld", 7654321, 0.375

ROADS = (
    "/api/v1/submissions/{id}",
    "/api/v1/submissions/{id}?wait=1",
    "/api/v1/submissions/{id}/events",
    "/api/v1/submissions",
    "/api/v1/submissions/{id}/attempts",
    "/api/v1/submissions/{id}/attempts/1",
    "/api/v1/me/export",
    "/submissions/{id}",
    "/submissions/{id}/result",
    f"/problems/{PROBLEM}/submissions",
    f"/problems/{PROBLEM}",
    f"/problems/{PROBLEM}?assignment_problem={{problem}}",
)


def running(hours: float = 1) -> AssignmentRules:
    """Due in so many hours."""
    return AssignmentRules(window=Window(due_at=now() + hours * HOUR))


def report(visibility: Visibility = Visibility.FULL, after_due: Visibility | None = None) -> Any:
    """A report with one case, whose group has this visibility."""
    case = CaseResult(
        index=0,
        group="base",
        visibility=visibility,
        inputs={"seed": SECRET},
        verdict=Verdict.WA,
        stdout=SECRET,
    )
    group = GroupResult(
        name="base",
        points=1,
        earned=0,
        verdict=Verdict.WA,
        visibility=visibility,
        after_due=after_due,
    )
    return made_report(
        problem=PROBLEM,
        plan_seed=SEED,
        verdict=Verdict.WA,
        score=SCORE,
        cases=(case,),
        groups=(group,),
    )


@pytest.fixture
def judged(send: Send, database: Database) -> Callable[..., Awaitable[uuid.UUID]]:
    """Submits, and stores how that was judged."""

    async def make(found: Set, made: Any = None, by: Learner | None = None) -> uuid.UUID:
        answer = await send(found.problem.id, **({"by": by} if by else {}))
        assert answer.status_code == 202, answer.text
        submission_id = uuid.UUID(answer.json()["id"])
        made = made or report()
        async with database.session() as session:
            statement = select(Attempt).where(Attempt.submission_id == submission_id)
            attempt = (await session.execute(statement)).scalar_one()
            attempt.status, attempt.verdict, attempt.lease = "done", made.verdict.value, 1
            attempt.score, attempt.report, attempt.plan_seed = made.score, storable(made), SEED
            attempt.reason, attempt.last_seq = made.reason, 3
            events = [(EventKind.STATUS, {"status": "running"})]
            events += [(EventKind.CASE, storable(case)) for case in made.cases]
            events += [(EventKind.REPORT, {})]
            session.add_all(
                AttemptEvent(
                    attempt_id=attempt.id, seq=seq, lease=1, kind=kind.value, payload=payload
                )
                for seq, (kind, payload) in enumerate(events, 1)
            )
        return submission_id

    return make


Judged = Callable[..., Awaitable[uuid.UUID]]


@pytest.mark.parametrize("feedback", [Feedback.AFTER_DUE, Feedback.AFTER_PUBLISHING])
async def test_a_student_learns_that_it_was_judged_and_nothing_more(
    feedback: Feedback, set_up: SetUp, judged: Judged, client: httpx.AsyncClient, ann: Learner
) -> None:
    found = await set_up(running(), feedback=feedback.value)
    submission_id = await judged(found)
    for road in ROADS:
        path = road.format(id=submission_id, problem=found.problem.id)
        answer = await client.get(path, headers=ann.headers)
        assert answer.status_code == 200, path
        for secret in (SECRET, str(SEED), str(SCORE), "Wrong answer", '"WA"', ">WA<"):
            assert secret not in answer.text, (path, secret)
    when = "after " if feedback is Feedback.AFTER_DUE else "once the grades are published"
    view = (await client.get(f"/api/v1/submissions/{submission_id}", headers=ann.headers)).json()
    assert (view["status"], view["report"], view["cases"]) == ("done", None, [])
    assert f"You see the result {when}" in view["notice"]
    (item,) = (await client.get("/api/v1/submissions", headers=ann.headers)).json()["items"]
    assert (item["verdict"], item["score"], item["reason"]) == (None, None, None)
    assert item["feedback"].startswith(when)
    page = await client.get(f"/submissions/{submission_id}", headers=ann.headers)
    assert f"You see the result {when}" in page.text
    events = await client.get(f"/api/v1/submissions/{submission_id}/events", headers=ann.headers)
    kinds = [line[7:] for line in events.text.splitlines() if line.startswith("event: ")]
    assert kinds == ["status", "done"]
    assert "id: 3" not in events.text
    metrics = (await client.get("/metrics")).text
    assert 'jurax_attempts_total{verdict="withheld"} 1.0' in metrics
    assert 'verdict="WA"' not in metrics


async def test_what_is_accepted_shows_nowhere_as_solved_before_its_time(
    set_up: SetUp, judged: Judged, client: httpx.AsyncClient, ann: Learner, database: Database
) -> None:
    found = await set_up(running(), feedback="after_due")
    await judged(found, report().model_copy(update={"verdict": Verdict.AC, "score": 1.0}))
    for state in ("attempted", "solved"):
        items = (await client.get("/api/v1/problems", headers=ann.headers)).json()["items"]
        assert {item["state"] for item in items if item["slug"] == PROBLEM} == {state}
        one = (await client.get(f"/api/v1/problems/{PROBLEM}", headers=ann.headers)).json()
        assert one["state"] == state
        async with database.session() as session:
            await session.execute(update(Assignment).values(due_at=now() - HOUR))


async def test_that_the_judge_failed_is_always_told(
    set_up: SetUp, judged: Judged, client: httpx.AsyncClient, ann: Learner
) -> None:
    found = await set_up(running(), feedback="after_due")
    submission_id = await judged(found, report().model_copy(update={"verdict": Verdict.IE}))
    view = (await client.get(f"/api/v1/submissions/{submission_id}", headers=ann.headers)).json()
    assert view["report"]["verdict"] == "IE"
    # What it found before it failed is feedback, which comes later.
    assert (view["report"]["cases"], view["report"]["groups"]) == ([], [])
    for road in ROADS:
        answer = await client.get(
            road.format(id=submission_id, problem=found.problem.id), headers=ann.headers
        )
        assert answer.status_code == 200, road
        for secret in (SECRET, str(SEED), str(SCORE), '"WA"', ">WA<"):
            assert secret not in answer.text, (road, secret)
    events = await client.get(f"/api/v1/submissions/{submission_id}/events", headers=ann.headers)
    kinds = [line[7:] for line in events.text.splitlines() if line.startswith("event: ")]
    assert kinds == ["status", "report", "done"]


class TestWhenItIsShown:
    @pytest.mark.parametrize(
        ("feedback", "change", "shown"),
        [
            ("now", {}, True),
            ("after_due", {"due_at": now() - HOUR}, True),
            ("after_due", {"due_at": None}, False),
            ("after_due", {"published_at": now()}, True),
            ("after_publishing", {"due_at": now() - HOUR}, False),
            ("after_publishing", {"published_at": now()}, True),
        ],
    )
    async def test_by_the_policy(
        self,
        feedback: str,
        change: dict[str, Any],
        shown: bool,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        database: Database,
    ) -> None:
        found = await set_up(running(), feedback=feedback, plan_policy="shared")
        submission_id = await judged(found)
        async with database.session() as session:
            await session.execute(update(Assignment).values(id=Assignment.id, **change))
        path = f"/api/v1/submissions/{submission_id}"
        view = (await client.get(path, headers=ann.headers)).json()
        assert (view["report"] is not None) == shown
        if shown:
            # The plan that everybody meets is disclosed once nobody here meets it again.
            ended = (change.get("due_at") or now()) < now() - HOUR / 2
            assert view["report"]["plan_seed"] == (SEED if ended else None)

    @pytest.mark.parametrize(("policy", "told"), [("shared", False), ("fresh", True)])
    async def test_no_road_tells_the_plan_that_is_met_again(
        self,
        policy: str,
        told: bool,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        teacher: Learner,
    ) -> None:
        found = await set_up(running(), feedback="now", plan_policy=policy)
        submission_id = await judged(found)
        roads = [road.format(id=submission_id, problem=found.problem.id) for road in ROADS]
        seen = [str(SEED) in (await client.get(road, headers=ann.headers)).text for road in roads]
        assert any(seen) == told
        answer = await client.get(roads[0], headers=teacher.headers)
        assert answer.json()["report"]["plan_seed"] == SEED

    async def test_who_has_more_time_waits_longer(
        self,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        ben: Learner,
        database: Database,
        enrolled: Callable[..., Awaitable[None]],
    ) -> None:
        found = await set_up(running(), feedback="after_due")
        await enrolled(found.course, ben.person, CourseRole.STUDENT)
        sent = [(by, await judged(found, by=by)) for by in (ann, ben)]
        async with database.session() as session:
            await session.execute(update(Assignment).values(due_at=now() - HOUR))
            statement = select(Enrolment).where(Enrolment.person_id == ben.person.id)
            member = (await session.execute(statement)).scalar_one()
            later = {"assignment_id": found.assignment.id, "due_at": now() + HOUR}
            await grant(session, found.course, [member], **later)
        reports = [
            (await client.get(f"/api/v1/submissions/{each}", headers=by.headers)).json()["report"]
            for by, each in sent
        ]
        assert [each is not None for each in reports] == [True, False]


class TestGroups:
    async def test_what_the_assignment_hides_is_hidden(
        self, set_up: SetUp, judged: Judged, client: httpx.AsyncClient, ann: Learner, teacher: Any
    ) -> None:
        found = await set_up(running(), hidden_groups=("base",))
        path = f"/api/v1/submissions/{await judged(found)}"
        answer = await client.get(path, headers=ann.headers)
        assert SECRET not in answer.text
        document = answer.json()["report"]
        assert (document["plan_seed"], document["cases"][0]["verdict"]) == (None, "WA")
        assert document["groups"][0]["visibility"] == "verdict"
        events = await client.get(f"{path}/events", headers=ann.headers)
        assert SECRET not in events.text
        assert SECRET in (await client.get(path, headers=teacher.headers)).text

    @pytest.mark.parametrize("gone", ["assignment", "course"])
    async def test_what_an_assignment_hid_stays_hidden_once_it_is_deleted(
        self,
        gone: str,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        admin: Learner,
    ) -> None:
        found = await set_up(running(), hidden_groups=("base",))
        submission_id = await judged(found)
        course = f"/api/v1/courses/{found.course.id}"
        path, title = course, found.course.title
        if gone == "assignment":
            path, title = f"{course}/assignments/{found.assignment.id}", found.assignment.title
        params = {"confirm": title, "confirmation": title}
        answer = await client.delete(path, params=params, headers=admin.headers)
        assert answer.status_code == 204, answer.text
        answer = await client.get(f"/api/v1/submissions/{submission_id}", headers=ann.headers)
        view = answer.json()
        assert (view["assignment"], view["report"]["verdict"]) == (None, "WA")
        for road in ROADS:
            if "{problem}" not in road:
                path = road.format(id=submission_id)
                answer = await client.get(path, headers=ann.headers)
                assert answer.status_code == 200, path
                assert SECRET not in answer.text, path
                assert str(SEED) not in answer.text, path

    @pytest.mark.parametrize("due", [-1, 1])
    async def test_what_opens_after_the_due_date(
        self,
        due: int,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        database: Database,
    ) -> None:
        found = await set_up(running())
        made = report(Visibility.VERDICT, after_due=Visibility.FULL)
        submission_id = await judged(found, made)
        async with database.session() as session:
            await session.execute(update(Assignment).values(due_at=now() + due * HOUR))
        answer = await client.get(f"/api/v1/submissions/{submission_id}", headers=ann.headers)
        assert (SECRET in answer.text) == (due < 0)


class TestStaff:
    @pytest.mark.parametrize(
        ("role", "reads"),
        [
            (CourseRole.OWNER, True),
            (CourseRole.INSTRUCTOR, True),
            (CourseRole.GRADER, True),
            (CourseRole.OBSERVER, True),
            (CourseRole.STUDENT, False),
            (None, False),
        ],
    )
    async def test_who_reads_everybodys_work(
        self,
        role: CourseRole | None,
        reads: bool,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ben: Learner,
        database: Database,
        enrolled: Callable[..., Awaitable[None]],
        check_problem: CheckProblem,
    ) -> None:
        found = await set_up(running(), feedback="after_publishing")
        path = f"/api/v1/submissions/{await judged(found)}"
        if role is not None:
            await enrolled(found.course, ben.person, role)
        answer = await client.get(path, headers=ben.headers)
        if not reads:
            check_problem(answer, 404, "not-found")
            check_problem(await client.get(f"{path}/events", headers=ben.headers), 404, "not-found")
            return
        assert json.dumps(SECRET) in answer.text
        assert answer.json()["student"] == "ann"
        async with database.session() as session:
            left = update(Enrolment).where(Enrolment.person_id == ben.person.id)
            await session.execute(left.values(left_at=func.now()))
        check_problem(await client.get(path, headers=ben.headers), 404, "not-found")

    async def test_an_instructor_of_the_service_reads_no_other_course(
        self,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        teacher: Learner,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        found = await set_up(running())
        path = f"/api/v1/submissions/{await judged(found)}"
        async with database.session() as session:
            mine = Enrolment.person_id == teacher.person.id
            await session.execute(update(Enrolment).where(mine).values(role="student"))
        check_problem(await client.get(path, headers=teacher.headers), 404, "not-found")
        # As a student of a course they see what students see.
        own = await judged(found, report(Visibility.VERDICT), by=teacher)
        answer = await client.get(f"/api/v1/submissions/{own}", headers=teacher.headers)
        assert answer.json()["report"]["verdict"] == "WA"
        assert SECRET not in answer.text

    async def test_anonymous_grading_names_nobody(
        self,
        set_up: SetUp,
        judged: Judged,
        client: httpx.AsyncClient,
        ann: Learner,
        teacher: Learner,
        database: Database,
    ) -> None:
        found = await set_up(running(), anonymous=True)
        submission_id = await judged(found)
        for road in ("/api/v1/submissions/{}", "/api/v1/submissions/{}/events", "/submissions/{}"):
            answer = await client.get(road.format(submission_id), headers=teacher.headers)
            assert answer.status_code == 200
            assert re.search(r"\bann\b", answer.text) is None
            assert str(ann.person.id) not in answer.text
        path = f"/api/v1/submissions/{submission_id}"
        hidden = (await client.get(path, headers=teacher.headers)).json()["student"]
        assert hidden.startswith("Student ")
        assert (await client.get(path, headers=ann.headers)).json()["student"] == "ann"
        async with database.session() as session:
            await session.execute(update(Assignment).values(published_at=now()))
        assert (await client.get(path, headers=teacher.headers)).json()["student"] == "ann"


class TestSolution:
    async def test_stays_closed_while_the_assignment_runs(
        self,
        set_up: SetUp,
        submit: Send,
        client: httpx.AsyncClient,
        ann: Learner,
        ben: Learner,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        await set_up(running())
        await submit()
        async with database.session() as session:
            await session.execute(update(Attempt).values(status="done", verdict="AC", score=1))
        path = f"/api/v1/problems/{PROBLEM}"
        answer = await client.get(f"{path}/solution", headers=ann.headers)
        document = check_problem(answer, 403, "solution-locked")
        assert "“First steps”, which sets this problem, has ended: on" in document["detail"]
        view = (await client.get(path, headers=ann.headers)).json()
        assert (view["state"], view["solution"]) == ("solved", None)
        for change in ({"due_at": now() - HOUR}, {"due_at": None, "listed": False}):
            async with database.session() as session:
                await session.execute(update(Assignment).values(**change))
            answer = await client.get(f"{path}/solution", headers=ann.headers)
            assert answer.status_code == 200

    async def test_is_open_to_those_outside_the_course(
        self, set_up: SetUp, client: httpx.AsyncClient, teacher: Learner
    ) -> None:
        await set_up(running())
        path = f"/api/v1/problems/{PROBLEM}/solution"
        assert (await client.get(path, headers=teacher.headers)).status_code == 200
