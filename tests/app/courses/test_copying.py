"""A course copied to a new term: what is set, at the same time of day, and nobody's work."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.courses.copying import _moved
from app.courses.rules import AssignmentRules, Capped, LatePolicy, Window
from app.db.engine import Database
from app.models import (
    Assignment,
    AssignmentProblem,
    Course,
    CourseRole,
    Enrolment,
    PackageSnapshot,
    Section,
)
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import add_submission, enrol, make_assignment, make_course, set_problem

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
ZURICH = ZoneInfo("Europe/Zurich")
OLD = "0" * 64


@dataclass(frozen=True)
class Original:
    """A course with everything that a course can have."""

    id: uuid.UUID
    assignment: Assignment
    problem: AssignmentProblem

    @property
    def path(self) -> str:
        return f"/api/v1/courses/{self.id}/copies"


@pytest.fixture
async def original(
    database: Database, teacher: Learner, ann: Learner, package: Package
) -> Original:
    """Due on a Sunday at 23:59 on the clocks of Zurich, in summer time."""
    rules = AssignmentRules(
        window=Window(
            opens_at=datetime(2026, 9, 14, 8, 0, tzinfo=ZURICH),
            due_at=datetime(2026, 9, 27, 23, 59, tzinfo=ZURICH),
            late_until=datetime(2026, 10, 1, 12, 0, tzinfo=ZURICH),
        ),
        late=LatePolicy(percent_per_day=10),
        attempts=Capped(most=3),
    )
    async with database.session() as session:
        course = await make_course(
            session, time_zone="Europe/Zurich", late_days=4, join_code="7H3K9QXW"
        )
        await enrol(session, course, teacher.person, CourseRole.OWNER)
        await enrol(session, course, ann.person)
        session.add(Section(course_id=course.id, name="Lab 1"))
        session.add(PackageSnapshot(sha256=OLD, slug=package.slug, version="0", archive=b"old"))
        assignment = await make_assignment(
            session,
            course,
            rules,
            instructions="Do it.",
            feedback="after_due",
            plan_policy="fresh",
            practice_after_end=False,
            anonymous=True,
            published_at=datetime(2026, 10, 9, tzinfo=UTC),
            version=7,
        )
        await make_assignment(session, course, title="Without dates", position=1, listed=False)
        group = package.spec.groups[0].name
        problem = await set_problem(session, assignment, package, hidden_groups=[group])
        problem.package_sha256 = OLD
        await add_submission(session, ann.person.id, problem, 1.0)
        return Original(course.id, assignment, problem)


async def copied(
    database: Database, course_id: str
) -> tuple[list[Assignment], list[AssignmentProblem]]:
    """The assignments of a course in order, and their problems."""
    async with database.session() as session:
        assignments = await session.scalars(
            select(Assignment)
            .where(Assignment.course_id == uuid.UUID(course_id))
            .order_by(Assignment.position)
        )
        found = list(assignments)
        problems = await session.scalars(
            select(AssignmentProblem).where(
                AssignmentProblem.assignment_id.in_([each.id for each in found])
            )
        )
        return found, list(problems)


class TestCopy:
    """POST /courses/{course_id}/copies."""

    async def test_everything_but_people_and_their_work(
        self,
        client: httpx.AsyncClient,
        database: Database,
        original: Original,
        teacher: Learner,
    ) -> None:
        body = {"term": "Spring 2027", "first_day": "2026-09-14", "new_first_day": "2027-02-22"}
        answer = await client.post(original.path, json=body, headers=teacher.headers)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["assignments"], made["moved_days"], made["kept_versions"]) == (2, 161, [])
        course = made["course"]
        assert (course["title"], course["term"]) == ("Layers", "Spring 2027")
        assert (course["time_zone"], course["late_days"]) == ("Europe/Zurich", 4)
        assert (course["role"], course["join_code"], course["students"]) == ("owner", None, 0)
        (first, second), (problem,) = await copied(database, course["id"])
        local = [
            moment.astimezone(ZURICH).isoformat()
            for moment in (first.opens_at, first.due_at, first.late_until)
            if moment is not None
        ]
        # From summer time to winter time: the clock on the wall shows the same.
        assert local == [
            "2027-02-22T08:00:00+01:00",
            "2027-03-07T23:59:00+01:00",
            "2027-03-11T12:00:00+01:00",
        ]
        assert (second.opens_at, second.due_at, second.late_until) == (None, None, None)
        before = original.assignment
        for name in ("title", "instructions", "position", "policy", "feedback", "plan_policy"):
            assert getattr(first, name) == getattr(before, name), name
        assert (first.practice_after_end, first.anonymous) == (False, True)
        assert (first.listed, second.listed) == (False, False)
        assert (first.published_at, first.version) == (None, 1)
        assert first.pseudonym_key != before.pseudonym_key
        assert problem.package_sha256 == OLD
        assert problem.plan_seed != original.problem.plan_seed
        assert (problem.points, problem.hidden_groups) == (10, original.problem.hidden_groups)
        async with database.session() as session:
            course_id = uuid.UUID(course["id"])
            names = await session.scalars(
                select(Section.name).where(Section.course_id == course_id)
            )
            assert names.all() == ["Lab 1"]
            people = await session.scalars(
                select(Enrolment.person_id).where(Enrolment.course_id == course_id)
            )
            assert people.all() == [teacher.person.id]

    async def test_dates_stay_or_move_from_the_first_one(
        self,
        client: httpx.AsyncClient,
        database: Database,
        original: Original,
        teacher: Learner,
    ) -> None:
        async def first_opens(body: dict[str, Any]) -> tuple[Any, bool]:
            answer = await client.post(original.path, json=body, headers=teacher.headers)
            (first, _), _ = await copied(database, answer.json()["course"]["id"])
            assert first.opens_at is not None
            return first.opens_at.astimezone(ZURICH).isoformat(), first.listed

        assert await first_opens({"keep_listed": True}) == ("2026-09-14T08:00:00+02:00", True)
        found = await first_opens({"new_first_day": "2025-12-29", "title": "Before"})
        assert found == ("2025-12-29T08:00:00+01:00", False)

    async def test_versions_move_to_todays_where_they_can(
        self,
        client: httpx.AsyncClient,
        database: Database,
        original: Original,
        teacher: Learner,
        package: Package,
    ) -> None:
        async def copy() -> tuple[str, list[dict[str, Any]]]:
            body = {"versions": "current"}
            answer = await client.post(original.path, json=body, headers=teacher.headers)
            assert answer.status_code == 201, answer.text
            _, (problem,) = await copied(database, answer.json()["course"]["id"])
            return problem.package_sha256, answer.json()["kept_versions"]

        assert await copy() == (package.sha256, [])
        async with database.session() as session:
            problem = await session.get(AssignmentProblem, original.problem.id)
            assert problem is not None
            problem.hidden_groups = [*problem.hidden_groups, "gone"]
        sha256, (kept,) = await copy()
        assert (sha256, kept["problem"]) == (OLD, package.slug)
        assert kept["reason"] == "Today's version has no group gone to hide."

    async def test_a_date_out_of_the_calendar_is_told(
        self,
        client: httpx.AsyncClient,
        original: Original,
        teacher: Learner,
        check_problem: CheckProblem,
        count: Any,
    ) -> None:
        # The last two are days of a calendar, and no dates of an assignment.
        for day in ("9999-12-31", "0001-01-01", "2200-01-01", "1999-11-01"):
            body = {"new_first_day": day}
            answer = await client.post(original.path, json=body, headers=teacher.headers)
            check_problem(answer, 422, "invalid-request")
        assert count("courses") == 1

    async def test_who_makes_no_courses_copies_none(
        self,
        client: httpx.AsyncClient,
        database: Database,
        original: Original,
        ann: Learner,
        ben: Learner,
        check_problem: CheckProblem,
    ) -> None:
        async with database.session() as session:
            course = await session.get(Course, original.id)
            assert course is not None
            await enrol(session, course, ben.person, CourseRole.INSTRUCTOR)
        for who in (ann, ben):
            answer = await client.post(original.path, json={}, headers=who.headers)
            check_problem(answer, 403, "forbidden")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC"])


class TestMoved:
    """Dates move by whole days on the wall and stay in order."""

    @given(st.lists(MOMENTS, min_size=3, max_size=3), st.integers(-400, 400), ZONES)
    def test_the_wall_shows_the_same_time(
        self, moments: list[datetime], days: int, name: str
    ) -> None:
        zone = ZoneInfo(name)
        opens, due, late = sorted(moments)
        assignment = Assignment(opens_at=opens, due_at=due, late_until=late)
        moved = [each for each in _moved(assignment, days, zone) if each is not None]
        assert moved == sorted(moved)
        # The last one is never held back by another; a time that clocks skip is up to an hour off.
        before = late.astimezone(zone).replace(tzinfo=None)
        after = moved[2].astimezone(zone).replace(tzinfo=None)
        assert timedelta(0) <= after - before - timedelta(days=days) <= timedelta(hours=1)

    def test_a_time_that_is_skipped_and_one_that_comes_twice(self) -> None:
        def moved(moment: datetime, days: int) -> str:
            (opens, _, _) = _moved(Assignment(opens_at=moment), days, ZURICH)
            assert opens is not None
            return opens.isoformat()

        # On 28 March 2027 the clocks go from 2 to 3, on 31 October from 3 to 2.
        assert moved(datetime(2027, 3, 27, 1, 30, tzinfo=UTC), 1) == "2027-03-28T01:30:00+00:00"
        assert moved(datetime(2027, 10, 30, 0, 30, tzinfo=UTC), 1) == "2027-10-31T01:30:00+00:00"
        day = date(2027, 3, 21)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZURICH)
        assert moved(noon, 7) == "2027-03-28T10:00:00+00:00"
