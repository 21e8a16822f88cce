"""Queries of the worker. Every write carries the lease in its WHERE, so that a worker that was
given up for dead, and is not, changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, Uuid, bindparam, case, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, AttemptStatus, EventKind
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


# What a learner waits for while an attempt is judged: each in one statement, since every turn to
# the database and back takes some of the cores that the program itself could use.

_CLAIM = text(
    """
    WITH taken AS (
        UPDATE attempts
        SET status = 'running', lease = lease + 1, last_seq = last_seq + 1,
            started_at = clock_timestamp()
        WHERE id = :attempt_id AND status <> 'done'
        RETURNING *
    ), told AS (
        INSERT INTO attempt_events (attempt_id, seq, lease, kind, payload)
        SELECT id, last_seq, lease, 'status', '{"status": "running"}' FROM taken
    )
    SELECT taken.submission_id, taken.lease, taken.number, taken.counts, taken.package_sha256,
           taken.started_at - taken.created_at AS waited,
           submissions.person_id, submissions.problem_slug, submissions.source,
           assignments.course_id, courses.runtime,
           coalesce(
               taken.plan_seed,
               CASE assignments.plan_policy WHEN 'shared' THEN problem.plan_seed END
           ) AS plan_seed,
           pg_notify(:channel, taken.submission_id || ' status')
    FROM taken
    JOIN submissions ON submissions.id = taken.submission_id
    LEFT JOIN assignment_problems AS problem ON problem.id = submissions.assignment_problem_id
    LEFT JOIN assignments ON assignments.id = problem.assignment_id
    LEFT JOIN courses ON courses.id = assignments.course_id
    """
)

_TELL = """
    WITH held AS (
        UPDATE attempts SET last_seq = last_seq + cardinality(:kinds) {also}
        WHERE id = :attempt_id AND lease = :lease AND status = 'running'
        RETURNING last_seq - cardinality(:kinds) AS seq
    ), told AS (
        INSERT INTO attempt_events (attempt_id, seq, lease, kind, payload)
        SELECT :attempt_id, held.seq + event.number, :lease, event.kind, event.payload
        FROM held, unnest(:kinds, :payloads) WITH ORDINALITY AS event (kind, payload, number)
    )
    SELECT pg_notify(:channel, :what) FROM held
"""
_EVENTS = (
    bindparam("attempt_id", type_=Uuid()),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("payloads", type_=ARRAY(JSONB)),
)
_ADD_EVENTS = text(_TELL.format(also="")).bindparams(*_EVENTS)
_FINISH = text(
    _TELL.format(
        also=""", status = 'done', finished_at = clock_timestamp(), verdict = :verdict,
            reason = :reason, score = :score, plan_seed = :plan_seed, report = :report"""
    )
).bindparams(*_EVENTS, bindparam("report", type_=JSONB))


async def claim(session: AsyncSession, attempt_id: uuid.UUID) -> Claim | None:
    """Take an attempt on, whoever had it before; None where it is done or gone."""
    given = {"attempt_id": attempt_id, "channel": CHANNEL}
    row = (await session.execute(_CLAIM, given)).one_or_none()
    if row is None:
        return None
    return Claim(
        attempt_id=attempt_id,
        submission_id=row.submission_id,
        person_id=row.person_id,
        lease=row.lease,
        number=row.number,
        problem=row.problem_slug,
        source=row.source,
        waited_ms=round(row.waited.total_seconds() * 1000, 3),
        counts=row.counts,
        package_sha256=row.package_sha256,
        plan_seed=row.plan_seed,
        course_id=row.course_id,
        runtime=row.runtime,
    )


async def add_events(session: AsyncSession, claimed: Claim, events: Sequence[Event]) -> bool:
    """Store events and wake who waits for the last of them; False where the lease is lost."""
    stored = await session.execute(_ADD_EVENTS, _told(claimed, events))
    return stored.one_or_none() is not None


async def finish(
    session: AsyncSession, claimed: Claim, report: dict[str, Any], untold: Sequence[Event] = ()
) -> bool:
    """Store the report of an attempt, after the events that were not told of yet; False where the
    lease is lost."""
    told = _told(claimed, [*untold, (EventKind.REPORT, {})])
    outcome = {key: report[key] for key in ("verdict", "reason", "score", "plan_seed")}
    stored = await session.execute(_FINISH, {**told, **outcome, "report": report})
    return stored.one_or_none() is not None


async def complete(session: AsyncSession, claimed: Claim, report: dict[str, Any]) -> None:
    """Add what is only reported to the report of an attempt that is finished."""
    statement = text(
        "UPDATE attempts SET report = :report"
        " WHERE id = :attempt_id AND lease = :lease AND status = 'done'"
    ).bindparams(bindparam("attempt_id", type_=Uuid()), bindparam("report", type_=JSONB))
    given = {"attempt_id": claimed.attempt_id, "lease": claimed.lease, "report": report}
    await session.execute(statement, given)


async def give_up_the_rest(session: AsyncSession, attempt_id: uuid.UUID) -> None:
    """Say of a finished attempt that nothing will be added to its report any more."""
    statement = text(
        """
        UPDATE attempts SET report = jsonb_set(report, '{complete}', 'true')
        WHERE id = :attempt_id AND status = 'done' AND report -> 'complete' = 'false'
        """
    ).bindparams(bindparam("attempt_id", type_=Uuid()))
    await session.execute(statement, {"attempt_id": attempt_id})


def _told(claimed: Claim, events: Sequence[Event]) -> dict[str, Any]:
    return {
        "attempt_id": claimed.attempt_id,
        "lease": claimed.lease,
        "kinds": [kind.value for kind, _ in events],
        "payloads": [payload for _, payload in events],
        "channel": CHANNEL,
        "what": f"{claimed.submission_id} {events[-1][0].value}",
    }


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
