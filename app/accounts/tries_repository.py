"""Queries on tries that are counted: to sign in, and to have mail sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import SignInTries


async def count_try(session: AsyncSession, source: str, now: datetime, window: timedelta) -> int:
    """Count a try to sign in; how many there are from this source within the window."""
    stale = SignInTries.since < now - window
    statement = insert(SignInTries).values(source=source, since=now, failed=1)
    statement = statement.on_conflict_do_update(
        index_elements=[SignInTries.source],
        set_={
            "since": case((stale, now), else_=SignInTries.since),
            "failed": case((stale, 1), else_=SignInTries.failed + 1),
        },
    )
    return (await session.execute(statement.returning(SignInTries.failed))).scalar_one()


async def take_try_back(session: AsyncSession, source: str) -> None:
    """A try that was counted has succeeded."""
    await session.execute(
        update(SignInTries)
        .where(SignInTries.source == source, SignInTries.failed > 0)
        .values(failed=SignInTries.failed - 1)
    )


async def delete_tries(session: AsyncSession, before: datetime) -> None:
    """Forget the networks and addresses that nobody has tried since."""
    await session.execute(delete(SignInTries).where(SignInTries.since < before))
