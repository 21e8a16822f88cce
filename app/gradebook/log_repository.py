"""Queries on the log of grades. Rows are only ever added."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import GradeChange, GradeChangeKind


async def add(session: AsyncSession, entry: GradeChange) -> None:
    """Write an entry."""
    session.add(entry)
    await session.flush()


async def entries(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    before: int | None,
    problem_id: uuid.UUID | None,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
) -> Sequence[GradeChange]:
    """Entries of a course that meet the conditions, the newest first."""
    statement = (
        select(GradeChange)
        .where(GradeChange.course_id == course_id, *conditions)
        .order_by(GradeChange.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(GradeChange.id < before)
    if problem_id is not None:
        statement = statement.where(GradeChange.problem_id == problem_id)
    return (await session.scalars(statement)).all()


async def of_student(
    session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID, limit: int
) -> Sequence[GradeChange]:
    """Entries about one student, and those about all, the newest first."""
    about = GradeChange.person_id.is_(None) | (GradeChange.person_id == person_id)
    statement = (
        select(GradeChange)
        .where(GradeChange.course_id == course_id, about)
        .order_by(GradeChange.id.desc())
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


async def last_adjustment(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID
) -> GradeChange | None:
    """The latest entry that a student's points were set by hand, or that this was undone."""
    kinds = (GradeChangeKind.ADJUSTED.value, GradeChangeKind.ADJUSTMENT_REMOVED.value)
    statement = (
        select(GradeChange)
        .where(
            GradeChange.problem_id == problem_id,
            GradeChange.person_id == person_id,
            GradeChange.kind.in_(kinds),
        )
        .order_by(GradeChange.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def first_published(session: AsyncSession, course_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """The entry by which each assignment's grades were published for the first time."""
    statement = (
        select(GradeChange.assignment_id, GradeChange.id)
        .where(
            GradeChange.course_id == course_id,
            GradeChange.kind == GradeChangeKind.PUBLISHED.value,
        )
        .order_by(GradeChange.id.desc())
    )
    return {row.assignment_id: row.id for row in await session.execute(statement)}


async def has_shown_names(
    session: AsyncSession, assignment_id: uuid.UUID, actor_id: uuid.UUID, since: datetime
) -> bool:
    """Whether the log says that somebody has looked whose anonymous work it is."""
    statement = (
        select(GradeChange.id)
        .where(
            GradeChange.kind == GradeChangeKind.NAMES_SHOWN.value,
            GradeChange.assignment_id == assignment_id,
            GradeChange.actor_id == actor_id,
            GradeChange.at > since,
        )
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none() is not None
