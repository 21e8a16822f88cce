"""Queries on what is copied with a course."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Assignment, AssignmentProblem, PackageSnapshot, Problem, Section


async def sections(session: AsyncSession, course_id: uuid.UUID) -> Sequence[Section]:
    """The sections of a course."""
    statement = select(Section).where(Section.course_id == course_id)
    return (await session.execute(statement)).scalars().all()


async def assignments(session: AsyncSession, course_id: uuid.UUID) -> Sequence[Assignment]:
    """The assignments of a course, in order."""
    statement = (
        select(Assignment)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.id)
    )
    return (await session.execute(statement)).scalars().all()


async def problems(session: AsyncSession, course_id: uuid.UUID) -> Sequence[AssignmentProblem]:
    """The problems of a course's assignments, in order."""
    statement = (
        select(AssignmentProblem)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(Assignment.course_id == course_id)
        .order_by(AssignmentProblem.position, AssignmentProblem.id)
    )
    return (await session.execute(statement)).scalars().all()


async def first_moment(session: AsyncSession, course_id: uuid.UUID) -> datetime | None:
    """The first date of a course's assignments."""
    statement = select(func.min(func.least(Assignment.opens_at, Assignment.due_at))).where(
        Assignment.course_id == course_id
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def current_versions(session: AsyncSession) -> dict[str, str]:
    """Today's version of each problem on the list that is stored, and so can be pinned."""
    statement = (
        select(Problem.slug, Problem.package_sha256)
        .join(PackageSnapshot, PackageSnapshot.sha256 == Problem.package_sha256)
        .where(Problem.listed)
    )
    rows = (await session.execute(statement)).all()
    return {row.slug: row.package_sha256 for row in rows}


async def add(
    session: AsyncSession, rows: Sequence[Section | Assignment | AssignmentProblem]
) -> None:
    """Store what was copied."""
    session.add_all(rows)
    await session.flush()
