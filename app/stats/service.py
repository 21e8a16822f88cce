"""Puts the figures together."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AttemptStatus
from app.stats import repository
from app.stats.schemas import DayFigures, DiskFigures, QueueFigures, Stats, WorkerFigures
from app.worker import heartbeat
from app.worker.repository import queue_depth

_LARGEST_TABLES = 5


async def stats(session: AsyncSession, folder: Path | None) -> Stats:
    """All figures as of now. ``folder``: where the database lies on this machine."""
    courses, archived, enrolments = await repository.courses(session)
    by_verdict: dict[str, int] = defaultdict(int)
    days: dict[date, dict[str, int]] = defaultdict(dict)
    for day, verdict, count in await repository.verdicts(session):
        days[day][verdict] = count
        by_verdict[verdict] += count
    return Stats(
        people=await repository.people_by_role(session),
        courses=courses,
        archived_courses=archived,
        enrolments=enrolments,
        submissions=sum(by_verdict.values()),
        by_verdict=dict(sorted(by_verdict.items())),
        days=tuple(
            DayFigures(day=day, submissions=sum(counts.values()), by_verdict=counts)
            for day, counts in days.items()
        ),
        queue=await _queue(session),
        workers=await _workers(session),
        disk=DiskFigures(
            database_bytes=await repository.database_bytes(session),
            largest_tables=await repository.table_bytes(session, _LARGEST_TABLES),
            free_bytes=shutil.disk_usage(folder).free if folder is not None else None,
        ),
    )


async def _queue(session: AsyncSession) -> QueueFigures:
    depth = await queue_depth(session)
    oldest = await repository.oldest_wait(session)
    return QueueFigures(
        queued=depth[AttemptStatus.QUEUED.value],
        running=depth[AttemptStatus.RUNNING.value],
        oldest_seconds=round(oldest.total_seconds(), 1) if oldest is not None else None,
    )


async def _workers(session: AsyncSession) -> WorkerFigures:
    workers = await heartbeat.alive(session)
    return WorkerFigures(alive=len(workers), spares=sum(worker.spares for worker in workers))
