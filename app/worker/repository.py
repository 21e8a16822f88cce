"""Queries of the worker. Every write carries the lease in its WHERE, so that a worker that was
given up for dead, and is not, changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptEvent,
    AttemptStatus,
    Course,
    EventKind,
    PlanPolicy,
    Submission,
)
from app.submissions.notifications import CHANNEL

_SWEEP_LOCK = 0x6A757261_0002


Event = tuple[EventKind, dict[str, Any]]


@dataclass(frozen=True)
class Claim:
    """An attempt that a worker has taken on, ``waited_ms`` after it was stored. ``package_sha256``:
    what is to judge it, None for what is on the shelf. ``plan_seed``: that of the plan which it is
    to meet, None for a fresh one. ``course_id``, and by which ``runtime`` that is judged, where it
    is for an assignment; ``counts``: whether its grades follow from it."""

    attempt_id: uuid.UUID
    submission_id: uuid.UUID
    person_id: uuid.UUID
    lease: int
    number: int
    problem: str
    source: bytes
    waited_ms: float
    counts: bool = True
    package_sha256: str | None = None
    plan_seed: int | None = None
    course_id: uuid.UUID | None = None
    runtime: str | None = None


async def claim(session: AsyncSession, attempt_id: uuid.UUID) -> Claim | None:
    """Take an attempt on, whoever had it before; None where it is done or gone."""
    statement = (
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.status != AttemptStatus.DONE.value)
        .values(
            status=AttemptStatus.RUNNING.value,
            lease=Attempt.lease + 1,
            started_at=func.clock_timestamp(),
        )
        .returning(
            Attempt.submission_id,
            Attempt.lease,
            Attempt.number,
            Attempt.counts,
            Attempt.package_sha256,
            Attempt.plan_seed,
            (Attempt.started_at - Attempt.created_at).label("waited"),
        )
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    submission = await session.get_one(Submission, row.submission_id)
    set_by = await _set_by(session, submission.assignment_problem_id)
    plan_seed = row.plan_seed
    if plan_seed is None and set_by is not None and set_by.plan_policy == PlanPolicy.SHARED:
        plan_seed = set_by.plan_seed
    claimed = Claim(
        attempt_id=attempt_id,
        submission_id=submission.id,
        person_id=submission.person_id,
        lease=row.lease,
        number=row.number,
        problem=submission.problem_slug,
        source=submission.source,
        waited_ms=round(row.waited.total_seconds() * 1000, 3),
        counts=row.counts,
        package_sha256=row.package_sha256,
        plan_seed=plan_seed,
        course_id=None if set_by is None else set_by.course_id,
        runtime=None if set_by is None else set_by.runtime,
    )
    status = {"status": AttemptStatus.RUNNING.value}
    await add_events(session, claimed, [(EventKind.STATUS, status)])
    return claimed


async def add_events(session: AsyncSession, claimed: Claim, events: Sequence[Event]) -> bool:
    """Store events and wake who waits for the last of them; False where the lease is lost."""
    statement = (
        update(Attempt)
        .where(*_held(claimed))
        .values(last_seq=Attempt.last_seq + len(events))
        .returning(Attempt.last_seq)
    )
    last = (await session.execute(statement)).scalar_one_or_none()
    if last is None:
        return False
    session.add_all(
        AttemptEvent(
            attempt_id=claimed.attempt_id,
            seq=seq,
            lease=claimed.lease,
            kind=kind.value,
            payload=payload,
        )
        for seq, (kind, payload) in enumerate(events, last - len(events) + 1)
    )
    await session.flush()
    what = f"{claimed.submission_id} {events[-1][0].value}"
    await session.execute(select(func.pg_notify(CHANNEL, what)))
    return True


async def finish(
    session: AsyncSession, claimed: Claim, report: dict[str, Any], untold: Sequence[Event] = ()
) -> bool:
    """Store the report of an attempt, after the events that were not told of yet; False where the
    lease is lost."""
    if not await add_events(session, claimed, [*untold, (EventKind.REPORT, {})]):
        return False
    await session.execute(
        update(Attempt)
        .where(*_held(claimed))
        .values(
            status=AttemptStatus.DONE.value,
            verdict=report["verdict"],
            reason=report["reason"],
            score=report["score"],
            plan_seed=report["plan_seed"],
            report=report,
            finished_at=func.clock_timestamp(),
        )
    )
    return True


async def try_sweep_lock(session: AsyncSession) -> bool:
    """Whether this transaction is the one that sweeps now."""
    statement = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool((await session.execute(statement, {"key": _SWEEP_LOCK})).scalar_one())


async def stranded_attempts(session: AsyncSession, limit: int) -> list[tuple[uuid.UUID, bool]]:
    """Attempts that are not done and that no job in the queue will judge, locked, at most
    ``limit``; each with whether a rejudge asked for it."""
    statement = text(
        """
        SELECT attempts.id, attempts.rejudge_id IS NOT NULL FROM attempts
        WHERE attempts.status <> 'done'
          AND NOT EXISTS (
            SELECT FROM procrastinate_jobs AS jobs
            WHERE jobs.id = attempts.job_id AND jobs.status IN ('todo', 'doing')
          )
        ORDER BY attempts.rejudge_id IS NOT NULL, attempts.created_at
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
        """
    )
    rows = await session.execute(statement, {"limit": limit})
    return [(row[0], row[1]) for row in rows]


async def set_queued(session: AsyncSession, jobs: Mapping[uuid.UUID, int]) -> None:
    """Note that attempts wait again, and for which jobs."""
    statement = text(
        """
        UPDATE attempts SET status = 'queued', job_id = waiting.job_id
        FROM unnest(CAST(:attempts AS uuid[]), CAST(:jobs AS bigint[])) AS waiting (id, job_id)
        WHERE attempts.id = waiting.id AND attempts.status <> 'done'
        """
    )
    given = {"attempts": list(jobs), "jobs": list(jobs.values())}
    await session.execute(statement, given)


async def retry_jobs_of_dead_workers(session: AsyncSession, seconds: float) -> Sequence[int]:
    """Queue the jobs again whose worker is gone or was not heard of for so long. The ids."""
    statement = text(
        """
        UPDATE procrastinate_jobs AS jobs
        SET status = 'todo', attempts = jobs.attempts + 1, worker_id = NULL, scheduled_at = NULL
        WHERE jobs.status = 'doing'
          AND NOT EXISTS (
            SELECT FROM procrastinate_workers AS workers
            WHERE workers.id = jobs.worker_id
              AND workers.last_heartbeat > now() - make_interval(secs => :seconds)
          )
        RETURNING jobs.id
        """
    )
    return (await session.execute(statement, {"seconds": seconds})).scalars().all()


async def forget_workers(session: AsyncSession) -> None:
    """Declare all workers dead. For a service that is the only one on its database and has not
    started its worker yet."""
    await session.execute(text("DELETE FROM procrastinate_workers"))
    await session.execute(text("DELETE FROM worker_heartbeats"))


async def queue_depth(session: AsyncSession) -> dict[str, int]:
    """How many attempts wait and how many run."""
    statement = select(
        func.count(case((Attempt.status == AttemptStatus.QUEUED.value, 1))),
        func.count(case((Attempt.status == AttemptStatus.RUNNING.value, 1))),
    ).where(Attempt.status != AttemptStatus.DONE.value)
    queued, running = (await session.execute(statement)).one()
    return {AttemptStatus.QUEUED.value: queued, AttemptStatus.RUNNING.value: running}


async def _set_by(session: AsyncSession, problem_id: uuid.UUID | None) -> Any:
    """What a problem's assignment says of judging; None for practice."""
    if problem_id is None:
        return None
    statement = (
        select(
            AssignmentProblem.plan_seed,
            Assignment.plan_policy,
            Assignment.course_id,
            Course.runtime,
        )
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .where(AssignmentProblem.id == problem_id)
    )
    return (await session.execute(statement)).one_or_none()


def _held(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    """That the attempt still is this worker's."""
    return (
        Attempt.id == claimed.attempt_id,
        Attempt.lease == claimed.lease,
        Attempt.status == AttemptStatus.RUNNING.value,
    )
