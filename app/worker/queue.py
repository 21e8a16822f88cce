"""The queue: Procrastinate on the service's own database."""

from __future__ import annotations

import uuid

import procrastinate
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import driver_connection

JUDGING_QUEUE = "judging"
JUDGE_ATTEMPT = "judge_attempt"

# Never opened itself: jobs are deferred on the connection of a session, and a worker opens a copy.
queue = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def enqueue(session: AsyncSession, attempt_id: uuid.UUID) -> int:
    """Queue an attempt in the session's transaction, so that what is stored is also judged. The
    id of the job."""
    deferrer = queue.configure_task(
        JUDGE_ATTEMPT, queue=JUDGING_QUEUE, connection=await driver_connection(session)
    )
    return await deferrer.defer_async(attempt_id=str(attempt_id))
