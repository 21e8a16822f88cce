"""Assignments as they are for one student: dates with what is granted, attempts left, points."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository
from app.assignments import yours_repository as own
from app.assignments.feedback import is_shown
from app.assignments.repository import SetProblem
from app.assignments.rules import rules_in, rules_of
from app.assignments.schemas import (
    AttemptsLeft,
    LateDays,
    State,
    YourAssignment,
    YourAssignments,
    YourProblem,
)
from app.assignments.wording import rules_in_words
from app.courses.admission import Refusal, admission
from app.courses.rules import AssignmentRules
from app.db.base import now
from app.gradebook.points import earned, shown, sum_of
from app.gradebook.points_repository import own_grades
from app.models import Adjustment, Assignment, Course, Grade, Person
from app.submissions.assigned_repository import counted_by_problem

_NEVER = datetime.max.replace(tzinfo=UTC)


async def everything(session: AsyncSession, person: Person) -> YourAssignments:
    """All that is set for a person in the courses in which they are a student, by due date."""
    courses = await own.courses_of(session, person.id)
    ids = [course.id for course in courses]
    rows = await repository.list_assignments(session, ids, listed_only=True)
    problems = await repository.problems_of(session, [row.id for row in rows])
    found = await of_student(session, person.id, courses, rows, problems)
    items = sorted(found.values(), key=lambda each: each.due_at or _NEVER)
    return YourAssignments(items=tuple(items), late_days=_late_days(courses, items))


async def late_days_in(
    session: AsyncSession, person_id: uuid.UUID, course: Course
) -> LateDays | None:
    """A person's late days in a course; None where it gives none."""
    rows = await repository.list_assignments(session, [course.id], listed_only=True)
    problems = await repository.problems_of(session, [row.id for row in rows])
    found = await of_student(session, person_id, [course], rows, problems)
    return next(iter(_late_days([course], list(found.values()))), None)


async def of_student(
    session: AsyncSession,
    person_id: uuid.UUID,
    courses: Sequence[Course],
    rows: Sequence[Assignment],
    problems: Sequence[SetProblem],
) -> dict[uuid.UUID, YourAssignment]:
    """Assignments of these courses, with all their problems, as they are for a person."""
    ids = [problem.row.id for problem in problems]
    grades, adjustments = await own_grades(session, person_id, ids)
    counted = await counted_by_problem(session, person_id, ids)
    at = now()
    found = {}
    for course in courses:
        here = [row for row in rows if row.course_id == course.id]
        rules = await rules_of(session, here, course, [person_id])
        for row in here:
            mine = [problem for problem in problems if problem.row.assignment_id == row.id]
            work = _Work(rules[row.id, person_id], at, grades, adjustments, counted)
            found[row.id] = _yours(row, course, mine, work)
    return found


def _late_days(courses: Sequence[Course], items: Sequence[YourAssignment]) -> tuple[LateDays, ...]:
    """What is left of the late days in each course that gives some."""
    used = dict.fromkeys((course.id for course in courses), 0)
    for item in items:
        used[item.course_id] += item.late_days_used
    return tuple(
        LateDays(
            course_id=course.id,
            budget=course.late_days,
            left=max(0, course.late_days - used[course.id]),
        )
        for course in courses
        if course.late_days
    )


@dataclass(frozen=True)
class _Work:
    """A student's rules in an assignment, and what they have done, by problem."""

    rules: AssignmentRules
    at: datetime
    grades: Mapping[uuid.UUID, Grade]
    adjustments: Mapping[uuid.UUID, Adjustment]
    counted: Mapping[uuid.UUID, Sequence[datetime]]


def _yours(
    row: Assignment, course: Course, problems: Sequence[SetProblem], work: _Work
) -> YourAssignment:
    window = work.rules.window
    state = _state(work.rules, course, work.at)
    shown_problems = problems if state is not State.UPCOMING else ()
    told = is_shown(row, work.rules, work.at)
    worth = {each.row.id: _points(each, row, work, told=told) for each in shown_problems}
    items = tuple(
        _problem(each, course, work, worth[each.row.id], told=told) for each in shown_problems
    )
    return YourAssignment(
        id=row.id,
        course_id=course.id,
        course=course.title,
        title=row.title,
        state=state,
        opens_at=window.opens_at,
        due_at=window.due_at,
        late_until=window.late_until,
        closes_at=work.rules.ends_at,
        time_zone=course.time_zone,
        granted=work.rules != rules_in(row, course),
        rules=rules_in_words(work.rules, work.at),
        points=shown(sum_of(worth.values())),
        most_points=shown(sum_of(each.most_points for each in items)),
        problems=items,
        late_days_used=max((each.late_days for each in items), default=0),
    )


def _points(problem: SetProblem, row: Assignment, work: _Work, *, told: bool) -> float | None:
    """Those that count, as far as they are told."""
    id_ = problem.row.id
    if row.published_at is not None and id_ in work.adjustments:
        return work.adjustments[id_].points
    return earned(work.grades.get(id_)) if told else None


def _problem(
    problem: SetProblem, course: Course, work: _Work, points: float | None, *, told: bool
) -> YourProblem:
    id_ = problem.row.id
    grade, counted = work.grades.get(id_), work.counted.get(id_, ())
    allowed = admission(work.rules, counted, work.at)
    archived = course.archived_at is not None
    return YourProblem(
        id=id_,
        problem=problem.row.problem_slug,
        title=problem.title,
        most_points=problem.row.points,
        points=shown(points),
        submissions=len(counted),
        judging=grade.judging if grade is not None else 0,
        days_late=grade.days_late if told and grade is not None else 0,
        late_days=grade.paid_days if told and grade is not None else 0,
        attempts=AttemptsLeft(
            taken=allowed.refusal is None and not archived,
            refusal=Refusal.CLOSED if archived else allowed.refusal,
            left=allowed.left,
            again_at=allowed.again_at,
        ),
    )


def _state(rules: AssignmentRules, course: Course, at: datetime) -> State:
    opens_at, ends_at = rules.window.opens_at, rules.ends_at
    if opens_at is not None and at < opens_at:
        return State.UPCOMING
    if course.archived_at is not None or (ends_at is not None and at > ends_at):
        return State.CLOSED
    on_time_until = rules.on_time_until
    return State.OPEN if on_time_until is None or at <= on_time_until else State.LATE
