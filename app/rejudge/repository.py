"""Queries on rejudges: what is chosen, what is judged, how far it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Attempt,
    AttemptStatus,
    Course,
    PackageSnapshot,
    Person,
    Rejudge,
    RejudgeStatus,
    Submission,
)
from app.rejudge.schemas import Progress
from judge.verdict import Verdict

Row = tuple[Rejudge, str | None, str | None]


@dataclass(frozen=True)
class Failure:
    """An attempt of a rejudge that the judge failed on, and no later one has replaced."""

    submission_id: uuid.UUID
    person_id: uuid.UUID
    problem_id: uuid.UUID
    number: int
    message: str


async def serialise(session: AsyncSession, course_id: uuid.UUID) -> bool:
    """Let nobody else add attempts to a course's submissions until this transaction ends, nor
    delete the course; False where it is gone."""
    statement = select(Course.id).where(Course.id == course_id).with_for_update(key_share=True)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def add(session: AsyncSession, rejudge: Rejudge) -> None:
    """Store a new rejudge."""
    session.add(rejudge)
    await session.flush()


async def add_attempts(
    session: AsyncSession, rejudge_id: uuid.UUID, chosen: Select[uuid.UUID, str]
) -> None:
    """One more attempt of each submission chosen, by the version beside it; none of them counts or
    is queued yet."""
    wanted = chosen.subquery()
    submission_id, package_sha256 = wanted.c
    highest = (
        select(func.max(Attempt.number))
        .where(Attempt.submission_id == submission_id)
        .correlate(wanted)
        .scalar_subquery()
    )
    rows = select(
        func.gen_random_uuid(),
        submission_id,
        highest + 1,
        literal(AttemptStatus.QUEUED.value),
        literal(0),
        literal(0),
        literal(False),
        literal(rejudge_id),
        package_sha256,
    )
    names = (
        "id",
        "submission_id",
        "number",
        "status",
        "lease",
        "last_seq",
        "counts",
        "rejudge_id",
        "package_sha256",
    )
    await session.execute(insert(Attempt).from_select(names, rows, False))


async def unqueued(session: AsyncSession, rejudge_id: uuid.UUID, limit: int) -> list[uuid.UUID]:
    """Attempts of a rejudge for which there was never a job, locked, at most so many."""
    statement = (
        select(Attempt.id)
        .where(
            Attempt.rejudge_id == rejudge_id,
            Attempt.status == AttemptStatus.QUEUED.value,
            Attempt.job_id.is_(None),
        )
        .order_by(Attempt.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.execute(statement)).scalars())


async def find(session: AsyncSession, course_id: uuid.UUID, rejudge_id: uuid.UUID) -> Row | None:
    """A rejudge of the course, with the version that judges and who asked for it."""
    statement = _base(course_id).where(Rejudge.id == rejudge_id)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def lock(
    session: AsyncSession, course_id: uuid.UUID, rejudge_id: uuid.UUID
) -> Rejudge | None:
    """A rejudge as it is now; nobody else changes it until this transaction ends."""
    statement = (
        select(Rejudge)
        .where(Rejudge.id == rejudge_id, Rejudge.course_id == course_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def page(
    session: AsyncSession, course_id: uuid.UUID, after: Rejudge | None, limit: int
) -> list[Row]:
    """A course's rejudges, the newest first; those that come after one of them."""
    statement = _base(course_id).order_by(Rejudge.created_at.desc(), Rejudge.id.desc())
    if after is not None:
        place = tuple_(Rejudge.created_at, Rejudge.id)
        statement = statement.where(place < (after.created_at, after.id))
    rows = await session.execute(statement.limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


async def progress(
    session: AsyncSession, rejudge_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Progress]:
    """How far rejudges are. Of the attempts of a submission in one the last tells."""
    last = _last_attempts(rejudge_ids).subquery()
    done = last.c.status == AttemptStatus.DONE.value
    failed = last.c.verdict == Verdict.IE.value
    statement = select(
        last.c.rejudge_id,
        func.count(),
        func.count().filter(done),
        func.count().filter(failed),
    ).group_by(last.c.rejudge_id)
    found = {
        rejudge_id: Progress(total=total, judged=judged, failed=errors)
        for rejudge_id, total, judged, errors in await session.execute(statement)
    }
    nothing = Progress(total=0, judged=0, failed=0)
    return {each: found.get(each, nothing) for each in rejudge_ids}


async def failures(session: AsyncSession, rejudge_id: uuid.UUID) -> list[Failure]:
    """What the judge failed on, and no later attempt of the rejudge has made good."""
    last = _last_attempts([rejudge_id]).subquery()
    statement = (
        select(
            Submission.id,
            Submission.person_id,
            Submission.assignment_problem_id,
            Attempt.number,
            func.coalesce(Attempt.report["diagnosis"]["message"].as_string(), ""),
        )
        .join(last, last.c.submission_id == Submission.id)
        .join(Attempt, Attempt.id == last.c.id)
        .where(last.c.verdict == Verdict.IE.value, Submission.assignment_problem_id.is_not(None))
        .order_by(Submission.created_at, Submission.id)
    )
    return [Failure(*row) for row in await session.execute(statement)]


def failed_submissions(rejudge_id: uuid.UUID) -> Select[uuid.UUID, str]:
    """The submissions that the judge failed on, with the version that is to judge them."""
    last = _last_attempts([rejudge_id]).subquery()
    return select(last.c.submission_id, last.c.package_sha256).where(
        last.c.verdict == Verdict.IE.value
    )


async def people(session: AsyncSession, rejudge_id: uuid.UUID) -> list[uuid.UUID]:
    """Whose submissions a rejudge judges."""
    statement = (
        select(Submission.person_id)
        .join(Attempt, Attempt.submission_id == Submission.id)
        .where(Attempt.rejudge_id == rejudge_id)
        .distinct()
    )
    return list((await session.execute(statement)).scalars())


async def decide(
    session: AsyncSession, rejudge: Rejudge, status: RejudgeStatus, at: datetime
) -> None:
    """Note that a rejudge was applied or discarded."""
    rejudge.status, rejudge.decided_at = status.value, at
    await session.flush()


async def let_count(
    session: AsyncSession, rejudge_id: uuid.UUID, submission_ids: Sequence[uuid.UUID]
) -> None:
    """Let the attempts of a rejudge count, of these submissions; a judge error never does."""
    await session.execute(
        update(Attempt)
        .where(
            Attempt.rejudge_id == rejudge_id,
            Attempt.submission_id.in_(submission_ids),
            Attempt.status == AttemptStatus.DONE.value,
            Attempt.verdict != Verdict.IE.value,
        )
        .values(counts=True)
        .execution_options(synchronize_session=False)
    )


async def drop_queued(session: AsyncSession, rejudge_id: uuid.UUID) -> int:
    """Take back what of a rejudge no worker has begun; how much that was."""
    statement = (
        delete(Attempt)
        .where(Attempt.rejudge_id == rejudge_id, Attempt.status == AttemptStatus.QUEUED.value)
        .returning(Attempt.job_id)
        .execution_options(synchronize_session=False)
    )
    job_ids = list((await session.execute(statement)).scalars())
    await session.execute(
        text("DELETE FROM procrastinate_jobs WHERE id = ANY(:ids) AND status = 'todo'"),
        {"ids": [job_id for job_id in job_ids if job_id is not None]},
    )
    return len(job_ids)


def _base(course_id: uuid.UUID) -> Select[Rejudge, str, str]:
    return (
        select(Rejudge, PackageSnapshot.version, Person.name)
        .outerjoin(PackageSnapshot, PackageSnapshot.sha256 == Rejudge.package_sha256)
        .outerjoin(Person, Person.id == Rejudge.by_id)
        .where(Rejudge.course_id == course_id)
    )


def _last_attempts(
    rejudge_ids: Sequence[uuid.UUID],
) -> Select[uuid.UUID, uuid.UUID | None, uuid.UUID, str, str | None, str | None]:
    return (
        select(
            Attempt.id,
            Attempt.rejudge_id,
            Attempt.submission_id,
            Attempt.status,
            Attempt.verdict,
            Attempt.package_sha256,
        )
        .where(Attempt.rejudge_id.in_(rejudge_ids))
        .ext(distinct_on(Attempt.rejudge_id, Attempt.submission_id))
        .order_by(Attempt.rejudge_id, Attempt.submission_id, Attempt.number.desc())
    )
