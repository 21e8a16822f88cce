"""Queries on the problems of assignments, as those who submit to them need them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    Submission,
)
from app.submissions.repository import get_base_statement as get_submissions_statement
from judge.verdict import Verdict

Row = tuple[AssignmentProblem, Assignment, Course]


def get_base_statement() -> Select[AssignmentProblem, Assignment, Course]:
    """Problems of assignments, each with its assignment and its course, as they are now."""
    return (
        select(AssignmentProblem, Assignment, Course)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .execution_options(populate_existing=True)
    )


async def find(session: AsyncSession, problem_id: uuid.UUID) -> Row | None:
    """A problem of an assignment."""
    statement = get_base_statement().where(AssignmentProblem.id == problem_id)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def hold_course_of(session: AsyncSession, problem_id: uuid.UUID) -> None:
    """Keep the course of a problem of an assignment, and with it the problem, until this
    transaction ends: who deletes either takes the course's row before."""
    statement = (
        select(Course.id)
        .join(Assignment, Assignment.course_id == Course.id)
        .join(AssignmentProblem, AssignmentProblem.assignment_id == Assignment.id)
        .where(AssignmentProblem.id == problem_id)
        .with_for_update(read=True, key_share=True, of=Course)
    )
    await session.execute(statement)


async def by_id(session: AsyncSession, problem_ids: Collection[uuid.UUID]) -> Sequence[Row]:
    """These problems of assignments."""
    statement = get_base_statement().where(AssignmentProblem.id.in_(problem_ids))
    return [(row[0], row[1], row[2]) for row in (await session.execute(statement)).all()]


async def set_for(
    session: AsyncSession, person_id: uuid.UUID, slug: str | None = None
) -> Sequence[Row]:
    """The problems, or one, in the listed assignments of the courses in which a person is a
    student, or which they have left and can go back to at any moment."""
    statement = (
        get_base_statement()
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.role == CourseRole.STUDENT.value,
            ~Enrolment.taken_out,
            Enrolment.left_at.is_(None) | Course.join_code.is_not(None),
            Course.archived_at.is_(None),
            Assignment.listed,
        )
    )
    if slug is not None:
        statement = statement.where(AssignmentProblem.problem_slug == slug)
    return [(row[0], row[1], row[2]) for row in (await session.execute(statement)).all()]


async def enrolments(
    session: AsyncSession, person_id: uuid.UUID, course_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Enrolment]:
    """What a person is in these courses, by course."""
    statement = select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.course_id.in_(course_ids)
    )
    return {each.course_id: each for each in (await session.execute(statement)).scalars()}


async def counted_by_problem(
    session: AsyncSession, person_id: uuid.UUID, problem_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[datetime]]:
    """When a person's submissions to problems of assignments came, by problem, without those that
    the judge failed on; those that are being judged are among them."""
    statement = (
        get_submissions_statement()
        .where(
            Submission.person_id == person_id,
            Submission.assignment_problem_id.in_(problem_ids),
            Attempt.verdict.is_distinct_from(Verdict.IE.value),
        )
        .with_only_columns(
            Submission.assignment_problem_id, Submission.created_at, maintain_column_froms=True
        )
    )
    found: dict[uuid.UUID, list[datetime]] = defaultdict(list)
    for row in (await session.execute(statement)).all():
        found[row.assignment_problem_id].append(row.created_at)
    return found


async def moment(session: AsyncSession) -> datetime:
    """What the database's clock shows now."""
    return (await session.execute(select(func.clock_timestamp()))).scalar_one()
