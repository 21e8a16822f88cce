"""Finds what dead workers left and queues it again; one worker at a time does."""

from __future__ import annotations

import structlog

from app.db.engine import Database
from app.worker import repository
from app.worker.queue import enqueue

# Heartbeats come every two seconds; a worker that misses this many is taken for dead.
DEAD_AFTER_SECONDS = 15.0

log = structlog.get_logger(__name__)


async def sweep(database: Database, dead_after: float = DEAD_AFTER_SECONDS) -> None:
    """Queue again the jobs of dead workers, and give every attempt that is not done and has no
    job a new one."""
    async with database.session() as session:
        if not await repository.try_sweep_lock(session):
            return
        jobs = await repository.retry_jobs_of_dead_workers(session, dead_after)
        attempts = await repository.stranded_attempts(session)
        for attempt_id in attempts:
            job_id = await enqueue(session, attempt_id)
            await repository.set_queued(session, attempt_id, job_id)
    if jobs or attempts:
        log.warning("queued again what was interrupted", jobs=len(jobs), attempts=len(attempts))
