"""Queries on comments on programs."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Assignment, AssignmentProblem, CodeComment, Enrolment, Person, Submission


@dataclass(frozen=True)
class Work:
    """A program, and the assignment for which it was sent; None for practice."""

    submission: Submission
    assignment: Assignment | None


@dataclass(frozen=True)
class Written:
    """A comment, who wrote it and their role in the course, as far as they are still there."""

    comment: CodeComment
    author: str | None
    role: str | None


async def find_work(session: AsyncSession, submission_id: uuid.UUID) -> Work | None:
    """A program and its assignment."""
    statement = (
        select(Submission, Assignment)
        .outerjoin(AssignmentProblem, AssignmentProblem.id == Submission.assignment_problem_id)
        .outerjoin(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(Submission.id == submission_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Work(row[0], row[1])


async def list_on(
    session: AsyncSession, submission_id: uuid.UUID, course_id: uuid.UUID
) -> list[Written]:
    """The comments on a program: those on all of it, then by line, each in order of time."""
    statement = (
        select(CodeComment, Person.name, Enrolment.role)
        .outerjoin(Person, Person.id == CodeComment.author_id)
        .outerjoin(
            Enrolment, (Enrolment.course_id == course_id) & (Enrolment.person_id == Person.id)
        )
        .where(CodeComment.submission_id == submission_id)
        .order_by(CodeComment.line.asc().nulls_first(), CodeComment.created_at, CodeComment.id)
    )
    return [Written(*row) for row in await session.execute(statement)]


async def lock(
    session: AsyncSession, submission_id: uuid.UUID, comment_id: uuid.UUID
) -> CodeComment | None:
    """A comment on a program, which nobody else changes until the transaction ends."""
    statement = (
        select(CodeComment)
        .where(CodeComment.id == comment_id, CodeComment.submission_id == submission_id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def count_on(session: AsyncSession, submission_id: uuid.UUID) -> int:
    """How many comments there are on a program."""
    statement = (
        select(func.count())
        .select_from(CodeComment)
        .where(CodeComment.submission_id == submission_id)
    )
    return (await session.execute(statement)).scalar_one()


async def add(session: AsyncSession, comment: CodeComment) -> None:
    """Store a new comment."""
    session.add(comment)
    await session.flush()
    await session.refresh(comment)


async def remove(session: AsyncSession, comment: CodeComment) -> None:
    """Delete a comment."""
    await session.delete(comment)
    await session.flush()


async def of_submissions(
    session: AsyncSession, submission_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[CodeComment]]:
    """All comments on these programs, each program's in the order of time."""
    statement = (
        select(CodeComment)
        .where(CodeComment.submission_id.in_(submission_ids))
        .order_by(CodeComment.created_at, CodeComment.id)
    )
    found: dict[uuid.UUID, list[CodeComment]] = {}
    for comment in await session.scalars(statement):
        found.setdefault(comment.submission_id, []).append(comment)
    return found
