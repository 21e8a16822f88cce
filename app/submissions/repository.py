"""Queries on submissions, attempts and events, as those who submit need them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import POWERS, Power
from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptEvent,
    AttemptStatus,
    Enrolment,
    EventKind,
    Person,
    Role,
    Submission,
)

Row = tuple[Submission, Attempt]

_READERS = [role.value for role, powers in POWERS.items() if Power.READ_ALL in powers]


@dataclass(frozen=True)
class Event:
    """Something that happened while an attempt was judged."""

    seq: int
    kind: EventKind
    payload: Any


@dataclass(frozen=True)
class Progress:
    """How far a submission is, for who reads it: its attempt, and what has happened since they
    looked last, in order."""

    reader: Person
    submission: Submission
    attempt: Attempt
    events: Sequence[Event]


def get_base_statement() -> Select[Submission, Attempt]:
    """Submissions, each with the attempt that speaks for it: the latest that counts."""
    latest = (
        select(func.max(Attempt.number))
        .where(Attempt.submission_id == Submission.id, Attempt.counts)
        .correlate(Submission)
        .scalar_subquery()
    )
    return select(Submission, Attempt).join(
        Attempt, (Attempt.submission_id == Submission.id) & (Attempt.number == latest)
    )


async def find(session: AsyncSession, submission_id: uuid.UUID, reader: Person) -> Row | None:
    """A submission that the reader may know of: their own, what was sent to an assignment of a
    course where they read everybody's work, and any for an admin."""
    statement = get_base_statement().where(
        Submission.id == submission_id, _may_know(literal(reader.id), literal(reader.role))
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def progress(
    session: AsyncSession, submission_id: uuid.UUID, reader_id: uuid.UUID, seq: int
) -> Progress | None:
    """A submission that the reader, as they are now, may know of, and what came after the event
    numbered ``seq``: all in one statement, since who watches asks again at each event."""
    news = select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(AttemptEvent.seq, AttemptEvent.kind, AttemptEvent.payload),
                AttemptEvent.seq,
            )
        )
    ).where(AttemptEvent.attempt_id == Attempt.id, AttemptEvent.seq > seq)
    statement = (
        get_base_statement()
        .add_columns(Person, news.correlate(Attempt).scalar_subquery())
        .join(Person, Person.id == reader_id)
        .where(Submission.id == submission_id, _may_know(Person.id, Person.role))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    submission, attempt, reader, events = row
    told = [Event(number, EventKind(kind), payload) for number, kind, payload in events or ()]
    return Progress(reader, submission, attempt, told)


def _may_know(
    reader_id: SQLColumnExpression[uuid.UUID], role: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    reads = (
        select(AssignmentProblem.id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(Enrolment, Enrolment.course_id == Assignment.course_id)
        .where(
            AssignmentProblem.id == Submission.assignment_problem_id,
            Enrolment.person_id == reader_id,
            Enrolment.left_at.is_(None),
            Enrolment.role.in_(_READERS),
        )
    )
    return or_(role == Role.ADMIN.value, Submission.person_id == reader_id, reads.exists())


async def name_of(session: AsyncSession, person_id: uuid.UUID) -> str:
    """What a person is called."""
    return (await session.execute(select(Person.name).where(Person.id == person_id))).scalar_one()


async def find_by_key(session: AsyncSession, person_id: uuid.UUID, key: str) -> Row | None:
    """The submission that a person sent with this idempotency key."""
    statement = get_base_statement().where(
        Submission.person_id == person_id, Submission.idempotency_key == key
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def list_own(
    session: AsyncSession,
    person_id: uuid.UUID,
    problem: str | None,
    after: Submission | None,
    limit: int,
    assignment_problem: uuid.UUID | None = None,
) -> Sequence[Row]:
    """A person's submissions, the newest first: those to one problem, to one problem of an
    assignment, and those that come after one of them."""
    statement = get_base_statement().where(Submission.person_id == person_id)
    if problem is not None:
        statement = statement.where(Submission.problem_slug == problem)
    if assignment_problem is not None:
        statement = statement.where(Submission.assignment_problem_id == assignment_problem)
    if after is not None:
        statement = statement.where(
            tuple_(Submission.created_at, Submission.id) < (after.created_at, after.id)
        )
    statement = statement.order_by(Submission.created_at.desc(), Submission.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def count_waiting_and_recent(
    session: AsyncSession, person_id: uuid.UUID, since: datetime
) -> tuple[int, int]:
    """How many attempts of a person wait or run, without those that staff asked for; and how many
    submissions of theirs came since."""
    waiting = (
        select(func.count())
        .select_from(Attempt)
        .join(Submission, Submission.id == Attempt.submission_id)
        .where(
            Submission.person_id == person_id,
            Attempt.status != AttemptStatus.DONE.value,
            Attempt.counts,
        )
    )
    recent = (
        select(func.count())
        .select_from(Submission)
        .where(Submission.person_id == person_id, Submission.created_at > since)
    )
    counted = select(waiting.scalar_subquery(), recent.scalar_subquery())
    row = (await session.execute(counted)).one()
    return row[0], row[1]


async def add(session: AsyncSession, submission: Submission, attempt: Attempt) -> None:
    """Store a new submission with its first attempt."""
    session.add(submission)
    await session.flush()
    session.add(attempt)
    await session.flush()


async def finished_cases(session: AsyncSession, attempt: Attempt) -> Sequence[AttemptEvent]:
    """The cases that the run under way has finished."""
    statement = (
        select(AttemptEvent)
        .where(
            AttemptEvent.attempt_id == attempt.id,
            AttemptEvent.lease == attempt.lease,
            AttemptEvent.kind == EventKind.CASE.value,
        )
        .order_by(AttemptEvent.seq)
    )
    return (await session.execute(statement)).scalars().all()
