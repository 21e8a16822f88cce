"""Finds what dead workers left and queues it again; one worker at a time does."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database
from app.settings import get_settings
from app.worker import repository
from app.worker.queue import Priority, enqueue_all

# So many attempts are queued in one transaction.
BATCH = 500

log = structlog.get_logger(__name__)


async def sweep(database: Database, dead_after: float | None = None) -> None:
    """Queue again the jobs of workers that were silent for so many seconds, by default for as many
    as the settings say, and give every attempt that is not done and has no job a new one."""
    if dead_after is None:
        dead_after = get_settings().worker_silence_seconds
    jobs = attempts = 0
    queued = BATCH
    while queued == BATCH:
        async with database.session() as session:
            if not await repository.try_sweep_lock(session):
                return
            jobs += len(await repository.retry_jobs_of_dead_workers(session, dead_after))
            queued = await queue_stranded(session, BATCH)
            attempts += queued
    if jobs or attempts:
        log.warning("queued again what was interrupted", jobs=jobs, attempts=attempts)


async def queue_stranded(session: AsyncSession, limit: int) -> int:
    """Give attempts that no job will judge one each, at most so many; how many there were."""
    found = await repository.stranded_attempts(session, limit)
    for priority in Priority:
        wanted = [each for each, rejudge in found if rejudge is (priority is Priority.REJUDGE)]
        job_ids = await enqueue_all(session, wanted, priority)
        await repository.set_queued(session, dict(zip(wanted, job_ids, strict=True)))
    return len(found)
