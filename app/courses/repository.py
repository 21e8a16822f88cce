"""Queries on courses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    Course,
    CourseRole,
    Enrolment,
    Submission,
)

Row = tuple[Course, Enrolment | None, int]


def get_base_statement(person_id: uuid.UUID) -> Select[Course, Enrolment | None, int]:
    """Courses, each with what the person is there and with the number of its students."""
    students = (
        select(func.count())
        .where(
            Enrolment.course_id == Course.id,
            Enrolment.role == CourseRole.STUDENT.value,
            Enrolment.left_at.is_(None),
        )
        .correlate(Course)
        .scalar_subquery()
    )
    return select(Course, Enrolment, students).outerjoin(
        Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.person_id == person_id)
    )


async def find(session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID) -> Row | None:
    """A course, and what the person is there."""
    statement = get_base_statement(person_id).where(Course.id == course_id)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def list_courses(
    session: AsyncSession, person_id: uuid.UUID, *, mine: bool, limit: int, offset: int
) -> tuple[Sequence[Row], int]:
    """A page of the courses that a person is in, or of all; and how many there are."""
    statement = get_base_statement(person_id)
    if mine:
        statement = statement.where(Enrolment.id.is_not(None), Enrolment.left_at.is_(None))
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = (await session.execute(counted)).scalar_one()
    statement = statement.order_by(
        Course.archived_at.is_not(None), Course.created_at.desc(), Course.id
    )
    rows = (await session.execute(statement.limit(limit).offset(offset))).all()
    return [(row[0], row[1], row[2]) for row in rows], total


async def add(session: AsyncSession, course: Course, owner_id: uuid.UUID) -> None:
    """Store a new course with its owner."""
    session.add(course)
    await session.flush()
    session.add(Enrolment(course_id=course.id, person_id=owner_id, role=CourseRole.OWNER.value))
    await session.flush()


async def lock(
    session: AsyncSession, course_id: uuid.UUID, *, shared: bool = False
) -> Course | None:
    """The course as it is now, which stays so until the transaction ends: who changes the people
    of a course takes it for themselves, who only joins shares it with others who do."""
    statement = select(Course).where(Course.id == course_id)
    statement = statement.with_for_update(read=shared, key_share=not shared)
    statement = statement.execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def keep_hidden(
    session: AsyncSession, course_id: uuid.UUID, assignment_id: uuid.UUID | None = None
) -> None:
    """Before a course is deleted, or an assignment of it: note in its submissions, which become
    practice, what is hidden in them."""
    statement = (
        update(Submission)
        .where(
            Submission.assignment_problem_id == AssignmentProblem.id,
            AssignmentProblem.assignment_id == Assignment.id,
            Assignment.course_id == course_id,
            func.cardinality(AssignmentProblem.hidden_groups) > 0,
        )
        .values(hidden_groups=AssignmentProblem.hidden_groups)
        .execution_options(synchronize_session=False)
    )
    if assignment_id is not None:
        statement = statement.where(Assignment.id == assignment_id)
    await session.execute(statement)


async def remove(session: AsyncSession, course_id: uuid.UUID) -> None:
    """Delete a course with all that is in it."""
    await session.execute(delete(Course).where(Course.id == course_id))
