"""The queue: Procrastinate on the service's own database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from enum import IntEnum

import procrastinate
from procrastinate.types import JSONDict
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import driver_connection

JUDGING_QUEUE = "judging"
REJUDGING_QUEUE = "rejudging"
JUDGE_ATTEMPT = "judge_attempt"

# Never opened itself: jobs are deferred on the connection of a session, and a worker opens a copy.
queue = procrastinate.App(connector=procrastinate.PsycopgConnector())


class Priority(IntEnum):
    """What a worker takes first: the larger, and of two alike the one that came first."""

    INTERACTIVE = 0
    REJUDGE = -10


def slots_for_all(slots: int) -> int:
    """How many of a worker's slots take what nobody waits for too."""
    return max(1, slots - 1)


async def enqueue(session: AsyncSession, attempt_id: uuid.UUID) -> int:
    """Queue an attempt that somebody waits for, in the session's transaction, so that what is
    stored is also judged. The id of the job."""
    return (await enqueue_all(session, [attempt_id], Priority.INTERACTIVE))[0]


async def enqueue_all(
    session: AsyncSession, attempt_ids: Sequence[uuid.UUID], priority: Priority
) -> list[int]:
    """Queue attempts, in the session's transaction, in a queue of their own where nobody waits for
    them. The ids of the jobs, in the same order."""
    if not attempt_ids:
        return []
    deferrer = queue.configure_task(
        JUDGE_ATTEMPT,
        queue=REJUDGING_QUEUE if priority is Priority.REJUDGE else JUDGING_QUEUE,
        priority=int(priority),
        connection=await driver_connection(session),
    )
    arguments: list[JSONDict] = [{"attempt_id": str(each)} for each in attempt_ids]
    return await deferrer.batch_defer_async(*arguments)
