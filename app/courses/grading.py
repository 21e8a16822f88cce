"""Computes what the students of a course have earned, and keeps it in the table of grades."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.rules import rules_of
from app.courses import grading_repository as repository
from app.courses.grading_repository import Came, ComputedGrade, Rejudged, Setting
from app.courses.points import Earned, Entry, Judged, totals
from app.courses.rules import AssignmentRules
from app.models import Assignment

_NEVER = datetime.max.replace(tzinfo=UTC)


async def recompute(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID] | None = None
) -> None:
    """Compute the grades of a course's students again, of all or of these, and store them.

    Call it after the change that they follow from, in the same transaction. Until that ends nobody
    else computes them: of two at once the second sees what the first has done. There is a row for
    each problem that a student submitted to; without one nothing was earned. A course that is
    gone, and people who are no students of it, are passed over.
    """
    students = await repository.lock_students(session, course_id, person_ids)
    await repository.store(session, await _computed(session, course_id, students, None))


async def hold(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> None:
    """Keep a course and these people from being deleted until this transaction ends. For who locks
    something of theirs before the grades: whoever deletes takes the course or the person first."""
    await repository.hold_course(session, course_id)
    await repository.hold_people(session, person_ids)


async def as_if_applied(
    session: AsyncSession,
    course_id: uuid.UUID,
    rejudge_id: uuid.UUID,
    person_ids: Collection[uuid.UUID] | None = None,
    submission_ids: Collection[uuid.UUID] | None = None,
) -> list[ComputedGrade]:
    """The grades of a course's students, of all or of these, as they would be if the attempts of
    a rejudge counted, all or those of these submissions. Nothing is stored."""
    students = await repository.students(session, course_id, person_ids)
    return await _computed(session, course_id, students, Rejudged(rejudge_id, submission_ids))


@dataclass
class _Work:
    """A student's submissions to one problem."""

    judged: list[Judged] = field(default_factory=list)
    ids: list[uuid.UUID] = field(default_factory=list)
    failed: int = 0
    judging: int = 0


async def _computed(
    session: AsyncSession,
    course_id: uuid.UUID,
    students: Sequence[uuid.UUID],
    rejudged: Rejudged | None,
) -> list[ComputedGrade]:
    setting = await repository.setting(session, course_id) if students else None
    if setting is None or not setting.problems:
        return []
    rules = await rules_of(session, setting.assignments, setting.course, students)
    work: dict[uuid.UUID, dict[uuid.UUID, _Work]] = defaultdict(lambda: defaultdict(_Work))
    for came in await repository.submissions(session, course_id, students, rejudged):
        _sort_in(came, work[came.person_id][came.problem_id])
    return [
        grade
        for person_id, by_problem in work.items()
        for grade in _grades_of(setting, rules, person_id, by_problem)
    ]


def _sort_in(came: Came, work: _Work) -> None:
    if came.judge_failed:
        work.failed += 1
    elif came.score is None:
        work.judging += 1
    else:
        work.judged.append(Judged(len(work.ids), came.created_at, came.score))
        work.ids.append(came.submission_id)


def _grades_of(
    setting: Setting,
    rules: Mapping[tuple[uuid.UUID, uuid.UUID], AssignmentRules],
    person_id: uuid.UUID,
    work: Mapping[uuid.UUID, _Work],
) -> Iterator[ComputedGrade]:
    """In the order of the student's own due dates, in which the late days are spent; of those of
    the same moment the one that was made first comes first, however they are arranged."""

    def order(assignment: Assignment) -> tuple[datetime, datetime, uuid.UUID]:
        due = rules[assignment.id, person_id].window.due_at
        return due or _NEVER, assignment.created_at, assignment.id

    ordered = [each.id for each in sorted(setting.assignments, key=order)]
    entries = [
        Entry(
            rules[assignment_id, person_id],
            {str(each.id): each.points for each in setting.problems_of(assignment_id)},
            {
                str(each.id): work[each.id].judged
                for each in setting.problems_of(assignment_id)
                if each.id in work
            },
        )
        for assignment_id in ordered
    ]
    for total in totals(entries, setting.course.late_days):
        for name, earned in total.problems.items():
            problem_id = uuid.UUID(name)
            if problem_id in work:
                yield _grade(problem_id, person_id, earned, work[problem_id])


def _grade(
    problem_id: uuid.UUID, person_id: uuid.UUID, earned: Earned, work: _Work
) -> ComputedGrade:
    counts = earned.counts
    return ComputedGrade(
        problem_id=problem_id,
        person_id=person_id,
        points=earned.points,
        score=None if counts is None else counts.score,
        submission_id=None if counts is None else work.ids[counts.number],
        days_late=earned.days_late,
        paid_days=earned.paid_days,
        kept=earned.kept,
        submissions=len(work.judged) + work.judging,
        judging=work.judging,
    )
