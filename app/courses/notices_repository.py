"""Queries on notices."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Course, Notice

Row = tuple[Notice, str]


def get_base_statement(person_id: uuid.UUID) -> Select[Notice, str]:
    """A person's notices, each with its course's title."""
    return (
        select(Notice, Course.title)
        .join(Course, Course.id == Notice.course_id)
        .where(Notice.person_id == person_id)
    )


async def add(
    session: AsyncSession,
    person_ids: Sequence[uuid.UUID],
    course_id: uuid.UUID,
    text: str,
    link: str | None,
) -> None:
    """Store the same notice for several people."""
    rows = [
        {"person_id": person_id, "course_id": course_id, "text": text, "link": link}
        for person_id in person_ids
    ]
    await session.execute(insert(Notice), rows)


async def not_read_by(
    session: AsyncSession, person_ids: Sequence[uuid.UUID], text: str, link: str | None
) -> set[uuid.UUID]:
    """Those of these people who have been told exactly this and have not read it."""
    statement = select(Notice.person_id).where(
        Notice.person_id.in_(person_ids),
        Notice.read_at.is_(None),
        Notice.text == text,
        Notice.link.is_not_distinct_from(link),
    )
    return set((await session.execute(statement)).scalars())


async def find(session: AsyncSession, person_id: uuid.UUID, notice_id: uuid.UUID) -> Row | None:
    """A notice of the person's."""
    statement = get_base_statement(person_id).where(Notice.id == notice_id)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def list_own(
    session: AsyncSession,
    person_id: uuid.UUID,
    *,
    unread: bool,
    after: Notice | None,
    limit: int,
) -> list[Row]:
    """A person's notices, the newest first; those that come after one of them."""
    statement = get_base_statement(person_id)
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    if after is not None:
        statement = statement.where(
            tuple_(Notice.created_at, Notice.id) < (after.created_at, after.id)
        )
    statement = statement.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def count_unread(session: AsyncSession, person_id: uuid.UUID) -> int:
    """How many notices a person has not read."""
    statement = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
    )
    return (await session.execute(statement)).scalar_one()


async def mark_read(
    session: AsyncSession, person_id: uuid.UUID, at: datetime, notice_id: uuid.UUID | None
) -> int:
    """Note that a person has read one notice or, without one, all; how many they had not."""
    statement = (
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .values(read_at=at)
        .returning(Notice.id)
    )
    if notice_id is not None:
        statement = statement.where(Notice.id == notice_id)
    return len((await session.execute(statement)).all())
