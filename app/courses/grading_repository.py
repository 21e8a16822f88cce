"""Queries of the computation of grades."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptStatus,
    Course,
    CourseRole,
    Enrolment,
    Grade,
    Person,
    Submission,
)
from judge.verdict import Verdict


@dataclass(frozen=True)
class Setting:
    """A course with its assignments and their problems, in order."""

    course: Course
    assignments: Sequence[Assignment]
    problems: Sequence[AssignmentProblem]

    def problems_of(self, assignment_id: uuid.UUID) -> Sequence[AssignmentProblem]:
        """The problems of one assignment."""
        return self._by_assignment.get(assignment_id, [])

    @cached_property
    def _by_assignment(self) -> dict[uuid.UUID, list[AssignmentProblem]]:
        found: dict[uuid.UUID, list[AssignmentProblem]] = {}
        for problem in self.problems:
            found.setdefault(problem.assignment_id, []).append(problem)
        return found


@dataclass(frozen=True)
class Came:
    """A submission with what the attempt that counts says: a score once it is judged, unless the
    judge failed."""

    submission_id: uuid.UUID
    person_id: uuid.UUID
    problem_id: uuid.UUID
    created_at: datetime
    score: float | None
    judge_failed: bool


@dataclass(frozen=True)
class ComputedGrade:
    """What a student's submissions to a problem earn; the fields are those of the table.
    ``submissions`` are those that came, without those that the judge failed on; of them
    ``judging`` are being judged still."""

    problem_id: uuid.UUID
    person_id: uuid.UUID
    points: float
    score: float | None
    submission_id: uuid.UUID | None
    days_late: int
    paid_days: int
    kept: float
    submissions: int
    judging: int


@dataclass(frozen=True)
class Rejudged:
    """The attempts of a rejudge, all or those of these submissions."""

    rejudge_id: uuid.UUID
    submission_ids: Collection[uuid.UUID] | None = None


async def hold_course(session: AsyncSession, course_id: uuid.UUID) -> bool:
    """Let nobody delete a course until this transaction ends; False where it is gone. Who deletes
    one locks its row first and then all that hangs on it: whoever will lock some of that comes
    here before, so that neither waits for the other."""
    statement = (
        select(Course.id).where(Course.id == course_id).with_for_update(read=True, key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def hold_people(session: AsyncSession, person_ids: Collection[uuid.UUID]) -> None:
    """The same for people and the deletion of their accounts."""
    statement = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    await session.execute(statement.with_for_update(read=True, key_share=True))


async def lock_students(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID] | None
) -> list[uuid.UUID]:
    """The students of a course, all or of these, those who have left included; until this
    transaction ends nobody else gets them. Always in the same order, so that two never wait for
    each other."""
    if not await hold_course(session, course_id):
        return []
    await hold_people(session, await students(session, course_id, person_ids))
    statement = _students(course_id, person_ids).order_by(Enrolment.id).with_for_update()
    return list((await session.execute(statement)).scalars())


async def students(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID] | None = None
) -> list[uuid.UUID]:
    """The students of a course, all or of these."""
    statement = _students(course_id, person_ids).order_by(Enrolment.id)
    return list((await session.execute(statement)).scalars())


async def setting(session: AsyncSession, course_id: uuid.UUID) -> Setting | None:
    """What is set in a course as it is now, whatever this session has read before; the problems
    stay until this transaction ends."""
    fresh = {"populate_existing": True}
    course = await session.get(Course, course_id, populate_existing=True)
    if course is None:
        return None
    assignments = await session.scalars(
        select(Assignment)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.id),
        execution_options=fresh,
    )
    problems = await session.scalars(
        select(AssignmentProblem)
        .where(AssignmentProblem.assignment_id.in_(_assignments(course_id)))
        .order_by(AssignmentProblem.position, AssignmentProblem.id)
        .with_for_update(read=True, key_share=True),
        execution_options=fresh,
    )
    return Setting(course, assignments.all(), problems.all())


async def submissions(
    session: AsyncSession,
    course_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    rejudged: Rejudged | None = None,
) -> list[Came]:
    """The submissions of these people to the assignments of a course, in the order in which they
    came. Attempts that are ``rejudged`` are taken as if they counted, once they are done; those
    that the judge failed on never will."""
    counts: ColumnElement[bool] = Attempt.counts.is_(True)
    if rejudged is not None:
        would = (
            (Attempt.rejudge_id == rejudged.rejudge_id)
            & (Attempt.status == AttemptStatus.DONE.value)
            & (Attempt.verdict != Verdict.IE.value)
        )
        if rejudged.submission_ids is not None:
            would &= Attempt.submission_id.in_(rejudged.submission_ids)
        counts = or_(counts, would)
    problems = select(AssignmentProblem.id).where(
        AssignmentProblem.assignment_id.in_(_assignments(course_id))
    )
    speaking = (
        select(
            Submission.id,
            Submission.person_id,
            Submission.assignment_problem_id,
            Submission.created_at,
            Attempt.verdict,
            Attempt.score,
        )
        .join(Attempt, Attempt.submission_id == Submission.id)
        .where(
            Submission.assignment_problem_id.in_(problems),
            Submission.person_id.in_(person_ids),
            counts,
        )
        .ext(distinct_on(Submission.id))
        .order_by(Submission.id, Attempt.number.desc())
        .subquery()
    )
    rows = await session.execute(select(speaking).order_by(speaking.c.created_at, speaking.c.id))
    return [
        Came(
            submission_id=row.id,
            person_id=row.person_id,
            problem_id=row.assignment_problem_id,
            created_at=row.created_at,
            score=row.score,
            judge_failed=row.verdict == Verdict.IE.value,
        )
        for row in rows
    ]


async def store(session: AsyncSession, grades: Sequence[ComputedGrade]) -> None:
    """Write the grades that are new or have changed."""
    if not grades:
        return
    statement = insert(Grade.__table__)  # type: ignore[arg-type]
    key = {Grade.problem_id.key, Grade.person_id.key}
    names = [each.name for each in Grade.__table__.columns if each.name not in key]
    new = [statement.excluded[name] for name in names]
    old = [Grade.__table__.c[name] for name in names]
    statement = statement.on_conflict_do_update(
        index_elements=[Grade.problem_id, Grade.person_id],
        set_=dict(zip(names, new, strict=True)),
        where=tuple_(*old).is_distinct_from(tuple_(*new)),
    )
    await session.execute(statement, [dataclasses.asdict(grade) for grade in grades])


def _students(course_id: uuid.UUID, person_ids: Collection[uuid.UUID] | None) -> Select[uuid.UUID]:
    statement = select(Enrolment.person_id).where(
        Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT.value
    )
    return statement if person_ids is None else statement.where(Enrolment.person_id.in_(person_ids))


def _assignments(course_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Assignment.id).where(Assignment.course_id == course_id)
