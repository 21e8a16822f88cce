"""Queries that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, and_, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, AttemptStatus, Course, Enrolment, Person, Submission

WAITING = "waiting"


async def people_by_role(session: AsyncSession) -> dict[str, int]:
    """How many people there are of each role."""
    statement = select(Person.role, func.count()).group_by(Person.role).order_by(Person.role)
    rows = (await session.execute(statement)).all()
    return {row[0]: row[1] for row in rows}


async def courses(session: AsyncSession) -> tuple[int, int, int]:
    """How many courses there are, how many of them are archived, and how many people are in them,
    each as often as they are in one."""
    archived = func.count(Course.archived_at)
    enrolled = select(func.count()).where(Enrolment.left_at.is_(None)).scalar_subquery()
    statement = select(func.count(), archived, enrolled).select_from(Course)
    row = (await session.execute(statement)).one()
    return row[0], row[1], row[2]


async def verdicts(session: AsyncSession) -> Sequence[Row[date, str, int]]:
    """How many submissions there are of each day (UTC) and verdict, the newest day first. The
    verdict is that of the attempt that speaks for a submission."""
    speaks = (
        select(func.max(Attempt.number))
        .where(Attempt.submission_id == Submission.id, Attempt.counts)
        .correlate(Submission)
        .scalar_subquery()
    )
    day: ColumnElement[Any] = cast(func.timezone("UTC", Submission.created_at), Date)
    verdict = func.coalesce(Attempt.verdict, WAITING)
    statement = (
        select(day, verdict, func.count())
        .outerjoin(Attempt, and_(Attempt.submission_id == Submission.id, Attempt.number == speaks))
        .group_by(day, verdict)
        .order_by(day.desc(), verdict)
    )
    return (await session.execute(statement)).all()


async def oldest_wait(session: AsyncSession) -> timedelta | None:
    """For how long the attempt has waited that has waited longest."""
    statement = select(func.clock_timestamp() - func.min(Attempt.created_at)).where(
        Attempt.status == AttemptStatus.QUEUED.value
    )
    return (await session.execute(statement)).scalar_one()


async def database_bytes(session: AsyncSession) -> int:
    """The size of the database."""
    statement = text("SELECT pg_database_size(current_database())")
    return int((await session.execute(statement)).scalar_one())


async def table_bytes(session: AsyncSession, largest: int) -> dict[str, int]:
    """The sizes of the largest tables, with their indexes."""
    statement = text(
        """
        SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
          AND relkind = 'r'
        ORDER BY size DESC LIMIT :largest
        """
    )
    rows = await session.execute(statement, {"largest": largest})
    return {name: int(size) for name, size in rows}
