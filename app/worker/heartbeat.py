"""A worker's own heartbeat, by which the service knows that somebody judges."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import WorkerHeartbeat

INTERVAL_SECONDS = 2.0
ALIVE_SECONDS = 10.0


async def beat(
    session: AsyncSession, worker_id: uuid.UUID, sandbox: dict[str, Any], spares: int = 0
) -> None:
    """Say that a worker is alive, with so many spares ready, and forget those that were not heard
    of for a day."""
    now = {"heartbeat_at": func.clock_timestamp(), "spares": spares}
    statement = insert(WorkerHeartbeat).values(id=worker_id, sandbox=sandbox, **now)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[WorkerHeartbeat.id], set_=now)
    )
    await session.execute(
        delete(WorkerHeartbeat).where(
            WorkerHeartbeat.heartbeat_at < func.clock_timestamp() - timedelta(days=1)
        )
    )


async def retire(session: AsyncSession, worker_id: uuid.UUID) -> None:
    """Say that a worker has stopped."""
    await session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.id == worker_id))


async def alive(session: AsyncSession, since: datetime | None = None) -> list[WorkerHeartbeat]:
    """The workers that were heard of just now; with ``since``, only those started after it."""
    statement = select(WorkerHeartbeat).where(
        WorkerHeartbeat.heartbeat_at > func.clock_timestamp() - timedelta(seconds=ALIVE_SECONDS)
    )
    if since is not None:
        statement = statement.where(WorkerHeartbeat.started_at > since)
    return list((await session.execute(statement)).scalars())
