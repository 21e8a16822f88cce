"""Queries on the sections of courses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Enrolment, Section


async def list_sections(
    session: AsyncSession, course_id: uuid.UUID
) -> Sequence[tuple[Section, int]]:
    """The sections of a course by name, each with how many people are in it now."""
    people = (
        select(func.count())
        .where(Enrolment.section_id == Section.id, Enrolment.left_at.is_(None))
        .correlate(Section)
        .scalar_subquery()
    )
    statement = (
        select(Section, people)
        .where(Section.course_id == course_id)
        .order_by(func.lower(Section.name), Section.name)
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def find(
    session: AsyncSession, course_id: uuid.UUID, section_id: uuid.UUID
) -> Section | None:
    """A section of this course."""
    statement = select(Section).where(Section.course_id == course_id, Section.id == section_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def add(session: AsyncSession, section: Section) -> None:
    """Store a new section."""
    session.add(section)
    await session.flush()


async def rename(session: AsyncSession, section_id: uuid.UUID, name: str) -> None:
    """Give a section another name."""
    await session.execute(update(Section).where(Section.id == section_id).values(name=name))


async def remove(session: AsyncSession, section_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Delete a section, whose people stay in the course; who they are."""
    statement = select(Enrolment.person_id).where(Enrolment.section_id == section_id)
    people = (await session.execute(statement)).scalars().all()
    await session.execute(delete(Section).where(Section.id == section_id))
    return people
