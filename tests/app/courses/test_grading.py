"""Grades as stored, against a plain statement of the rules."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.grading import as_if_applied, recompute
from app.courses.rules import AssignmentRules, Counts, LatePolicy, Window
from app.db.engine import Database
from app.models import (
    AssignmentProblem,
    Attempt,
    Course,
    CourseRole,
    Grade,
    Rejudge,
)
from judge.package import Package
from tests.app.courses.test_points import (
    DAY,
    HOUR,
    ZONES,
    moments,
    plain_days_late,
    policies,
    scores,
)
from tests.app.coursework import (
    add_attempt,
    add_submission,
    enrol,
    grant,
    make_assignment,
    make_course,
    make_person,
    set_problem,
)


@dataclass
class Drawn:
    """An assignment as drawn: its rules, the points of its problem, what one student is granted,
    and when what came of each student, with the score (None: being judged; -1: judge error)."""

    rules: AssignmentRules
    points: float
    later: timedelta | None
    work: list[list[tuple[datetime, float | None]]] = field(default_factory=list)


@st.composite
def assignments(draw: st.DrawFn, zone: str, students: int) -> Drawn:
    due = draw(moments)
    window = Window(due_at=due, late_until=due + 30 * DAY, time_zone=zone)
    late = draw(st.sampled_from([LatePolicy(percent_per_day=30, most_percent=70), draw(policies)]))
    rules = AssignmentRules(window=window, late=late, counts=draw(st.sampled_from(Counts)))
    drawn = Drawn(
        rules,
        draw(st.sampled_from([7.5, 1.0, 0.0])),
        draw(st.sampled_from([None, None, DAY, 49 * HOUR])),
    )
    came = st.tuples(
        st.integers(-30, 100).map(lambda hours: due + hours * HOUR),
        st.one_of(scores, st.just(1.0), st.sampled_from([None, -1.0])),
    )
    drawn.work = [
        draw(st.lists(came, max_size=4, unique_by=lambda one: one[0])) for _ in range(students)
    ]
    return drawn


def plain_points(
    drawn: Drawn, window: Window, came: Sequence[tuple[datetime, float | None]], free: int
) -> float:
    """What one student earns with so many late days."""
    rules, worth = drawn.rules, []
    for moment, score in sorted(came, key=lambda each: each[0]):
        days = plain_days_late(moment, window, rules.late)
        if score is None or score < 0 or (rules.counts is Counts.BEST_BEFORE_DUE and days):
            continue
        lost = min(max(days - free, 0) * rules.late.percent_per_day, rules.late.most_percent)
        worth.append(drawn.points * score * (1 - lost / 100))
    if not worth:
        return 0.0
    return worth[-1] if rules.counts is Counts.LAST else max(worth)


def plain_course(drawn: Sequence[Drawn], student: int, budget: int) -> list[float]:
    """What a student earns in each assignment: the days go to what is due first for them."""
    windows = [
        each.rules.window.model_copy(
            update={"due_at": each.rules.window.due_at + (each.later or timedelta(0))}
        )
        if student == 0
        else each.rules.window
        for each in drawn
    ]
    points = [0.0] * len(drawn)
    for place in sorted(range(len(drawn)), key=lambda place: windows[place].due_at):
        earned = [
            plain_points(drawn[place], windows[place], drawn[place].work[student], days)
            for days in range(budget + 1)
        ]
        used = next(days for days in range(budget + 1) if earned[days] >= earned[budget])
        points[place] = earned[used]
        budget -= used
    return points


class TestRecompute:
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    async def test_as_plainly_stated(
        self, data: st.DataObject, database: Database, package: Package
    ) -> None:
        zone, budget = data.draw(st.sampled_from(ZONES)), data.draw(st.integers(0, 3))
        drawn = data.draw(st.lists(assignments(zone, students=2), max_size=4))
        async with database.session() as session:
            course = await make_course(session, time_zone=zone, late_days=budget)
            students = [await make_person(session) for _ in range(2)]
            members = [await enrol(session, course, student) for student in students]
            problems = []
            for place, each in enumerate(drawn):
                assignment = await make_assignment(session, course, each.rules, position=place)
                problem = await set_problem(session, assignment, package, points=each.points)
                problems.append(problem)
                if each.later is not None:
                    due = each.rules.window.due_at
                    assert due is not None
                    await grant(
                        session,
                        course,
                        members[:1],
                        assignment_id=assignment.id,
                        due_at=due + each.later,
                    )
                for student, came in zip(students, each.work, strict=True):
                    for at, score in came:
                        failed = score is not None and score < 0
                        await add_submission(
                            session,
                            student.id,
                            problem,
                            0.0 if failed else score,
                            at,
                            verdict="IE" if failed else None,
                        )
            await recompute(session, course.id)
        async with database.session() as session:
            rows = {
                (row.problem_id, row.person_id): row
                for row in (await session.execute(select(Grade))).scalars()
            }
        for number, student in enumerate(students):
            expected = plain_course(drawn, number, budget)
            for problem, each, points in zip(problems, drawn, expected, strict=True):
                came = each.work[number]
                row = rows.get((problem.id, student.id))
                assert (row is None) == (not came)
                if row is None:
                    continue
                assert row.points == pytest.approx(points, abs=1e-9)
                judging = sum(score is None for _, score in came)
                failed = sum(score is not None and score < 0 for _, score in came)
                assert (row.submissions, row.judging) == (len(came) - failed, judging)
                assert (row.submission_id is None) == (row.score is None)
                if row.score is not None:
                    assert row.points == pytest.approx(each.points * row.score * row.kept)

    async def test_late_days_go_to_what_is_due_first_for_the_student(
        self, database: Database, package: Package
    ) -> None:
        due = datetime(2026, 5, 1, 12, tzinfo=UTC)
        late = LatePolicy(percent_per_day=10)
        async with database.session() as session:
            course = await make_course(session, late_days=1)
            problems, given_in = [], []
            for place in range(2):
                begins = due + place * DAY
                window = Window(due_at=begins, late_until=begins + 9 * DAY)
                rules = AssignmentRules(window=window, late=late)
                assignment = await make_assignment(session, course, rules, position=place)
                problems.append(await set_problem(session, assignment, package))
                given_in.append((assignment, begins + HOUR))
            plain, later = [await make_person(session) for _ in range(2)]
            await enrol(session, course, plain)
            member = await enrol(session, course, later)
            # Due after the second one now, and handed in an hour after that.
            moved = {"assignment_id": given_in[0][0].id, "due_at": due + 3 * DAY}
            await grant(session, course, [member], **moved)
            for problem, (_, at) in zip(problems, given_in, strict=True):
                await add_submission(session, plain.id, problem, 1.0, at)
            await add_submission(session, later.id, problems[0], 1.0, due + 3 * DAY + HOUR)
            await add_submission(session, later.id, problems[1], 1.0, given_in[1][1])
            await recompute(session, course.id)
            grades = {
                (row.person_id, row.problem_id): (row.points, row.paid_days)
                for row in (await session.execute(select(Grade))).scalars()
            }
        first, second = (problem.id for problem in problems)
        assert (grades[plain.id, first], grades[plain.id, second]) == ((10, 1), (9, 0))
        assert (grades[later.id, first], grades[later.id, second]) == ((9, 0), (10, 1))

    async def test_how_assignments_are_arranged_moves_no_late_day(
        self, database: Database, package: Package
    ) -> None:
        due = datetime(2026, 5, 1, 12, tzinfo=UTC)
        window = Window(due_at=due, late_until=due + 9 * DAY)
        rules = AssignmentRules(window=window, late=LatePolicy(percent_per_day=10))
        async with database.session() as session:
            course = await make_course(session, late_days=1)
            student = await _student(session, course)
            assignments, problems = [], []
            for place in range(2):
                assignments.append(await make_assignment(session, course, rules, position=place))
                problems.append(await set_problem(session, assignments[-1], package))
                await add_submission(session, student, problems[-1], 1.0, due + HOUR)
            for _ in range(2):
                await recompute(session, course.id)
                wanted = select(Grade.problem_id, Grade.points, Grade.paid_days)
                grades = {row[0]: (row[1], row[2]) for row in await session.execute(wanted)}
                assert [grades[each.id] for each in problems] == [(10, 1), (9, 0)]
                assignments[0].position, assignments[1].position = 1, 0
                await session.flush()

    async def test_the_attempt_that_counts_speaks(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            student = await _student(session, course)
            submission = await add_submission(session, student, problem, 0.5)
            rejudge = Rejudge(id=uuid.uuid4(), course_id=course.id, chosen={}, reason="better")
            session.add(rejudge)
            await session.flush()
            again = await add_attempt(
                session, submission, 1.0, number=2, counts=False, rejudge_id=rejudge.id
            )
            other = await add_submission(session, student, problem, 0.25)
            await add_attempt(session, other, None, number=2, counts=False, rejudge_id=rejudge.id)
            discarded = await add_submission(session, student, problem, 0.25)
            await add_attempt(session, discarded, 1.0, number=2, counts=False)
            await recompute(session, course.id)
            assert await _points(session) == [5.0]
            (grade,) = await as_if_applied(session, course.id, rejudge.id)
            assert (grade.points, grade.submission_id, grade.judging) == (10.0, submission.id, 0)
            assert await _points(session) == [5.0]
            again.counts = True
            await recompute(session, course.id, [student])
            assert await _points(session) == [10.0]

    async def test_staff_and_others_earn_nothing(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            grader = await make_person(session)
            await enrol(session, course, grader, CourseRole.GRADER)
            stranger = await make_person(session)
            for each in (grader, stranger):
                await add_submission(session, each.id, problem, 1.0)
            await recompute(session, course.id)
            await recompute(session, course.id, [grader.id, stranger.id, uuid.uuid4()])
            await recompute(session, uuid.uuid4())
            assert await _points(session) == []

    async def test_only_those_named_are_computed(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            first, second = [await _student(session, course) for _ in range(2)]
            for each in (first, second):
                await add_submission(session, each, problem, 1.0)
            await recompute(session, course.id, [first])
            grades = (await session.execute(select(Grade.person_id))).scalars().all()
            assert grades == [first]

    async def test_asks_as_often_for_many_as_for_few(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            asked: list[int] = []
            for _ in range(2):
                for _ in range(4):
                    await add_submission(session, await _student(session, course), problem, 0.5)
                statements: list[str] = []

                def note(*args: object, into: list[str] = statements) -> None:
                    into.append(str(args[2]))

                engine = database.engine.sync_engine
                event.listen(engine, "before_cursor_execute", note)
                await recompute(session, course.id)
                event.remove(engine, "before_cursor_execute", note)
                asked.append(len(statements))
            assert asked[0] == asked[1] <= 12

    async def test_two_at_once_lose_nothing_and_never_wait_for_each_other(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            students = [await _student(session, course) for _ in range(6)]

        async def submit(number: int) -> None:
            async with database.session() as session:
                for student in students[number:] + students[:number]:
                    await add_submission(session, student, problem, 0.5)
                whom = None if number % 2 else list(reversed(students))
                await recompute(session, course.id, whom)

        async with asyncio.timeout(20):
            await asyncio.gather(*(submit(number) for number in range(6)))
        async with database.session() as session:
            counted = (await session.execute(select(Grade.submissions))).scalars().all()
            assert counted == [6] * 6

    async def test_a_course_that_is_deleted_meanwhile(
        self, database: Database, package: Package
    ) -> None:
        async with database.session() as session:
            course, problem = await _set(session, package)
            student = await _student(session, course)
            await add_submission(session, student, problem, 1.0)

        async def remove() -> None:
            async with database.session() as session:
                await session.execute(delete(Course).where(Course.id == course.id))

        async def compute() -> None:
            async with database.session() as session:
                await recompute(session, course.id)

        async with asyncio.timeout(20):
            await asyncio.gather(compute(), remove(), compute(), compute())
        async with database.session() as session:
            assert await _points(session) == []
            assert (await session.execute(select(Attempt))).scalars().all() != []


async def _set(session: AsyncSession, package: Package) -> tuple[Course, AssignmentProblem]:
    course = await make_course(session)
    late = LatePolicy(percent_per_day=10)
    assignment = await make_assignment(session, course, AssignmentRules(late=late))
    return course, await set_problem(session, assignment, package)


async def _student(session: AsyncSession, course: Course) -> uuid.UUID:
    person = await make_person(session)
    await enrol(session, course, person)
    return person.id


async def _points(session: AsyncSession) -> list[float]:
    return list((await session.execute(select(Grade.points))).scalars())
