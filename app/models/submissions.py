"""Tables of submissions and their attempts."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


class AttemptStatus(StrEnum):
    """How far the judging of an attempt is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class EventKind(StrEnum):
    """What an event of an attempt tells: how far it is, one case, or the whole report."""

    STATUS = "status"
    CASE = "case"
    REPORT = "report"


class Submission(Base):
    """A learner's source text, as bytes: PostgreSQL's text holds no NUL, a program may."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("person_id", "idempotency_key"),
        Index("ix_submissions_person_id_created_at_id", "person_id", "created_at", "id"),
        Index(
            "ix_submissions_assignment_problem_id_person_id",
            "assignment_problem_id",
            "person_id",
            postgresql_where="assignment_problem_id IS NOT NULL",
        ),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    problem_slug: Mapped[str] = mapped_column(
        ForeignKey("problems.slug", onupdate="CASCADE"), index=True
    )
    # The problem of an assignment for which it was sent; None for practice, and once the assignment
    # is deleted.
    assignment_problem_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("assignment_problems.id", ondelete="SET NULL")
    )
    # The groups that an assignment which is deleted since has hidden from its student.
    hidden_groups: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'")
    )
    source: Mapped[bytes] = mapped_column(LargeBinary)
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class Attempt(Base):
    """One judging of a submission. ``lease`` grows each time a worker takes it on, and whoever
    holds an older one can write nothing any more. Of the attempts of a submission that ``count``
    the last speaks for it; those of a rejudge do not count until that is applied."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        CheckConstraint("status IN ('queued', 'running', 'done')", name="status"),
        CheckConstraint("(status = 'done') = (verdict IS NOT NULL)", name="verdict_when_done"),
        Index("ix_attempts_unfinished", "id", postgresql_where="status <> 'done'"),
    )

    id: Mapped[UuidKey]
    submission_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    status: Mapped[str] = mapped_column(Text, default=AttemptStatus.QUEUED.value)
    lease: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    counts: Mapped[bool] = mapped_column(default=True)
    rejudge_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("rejudges.id", ondelete="SET NULL"), index=True
    )
    # What is to judge it; None for the package that the catalogue has when it is judged.
    package_sha256: Mapped[str | None] = mapped_column(ForeignKey("package_snapshots.sha256"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    plan_seed: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    score: Mapped[float | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]


class AttemptEvent(Base):
    """Something that happened while an attempt was judged, in the order of ``seq``."""

    __tablename__ = "attempt_events"
    __table_args__ = (PrimaryKeyConstraint("attempt_id", "seq"),)

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"))
    seq: Mapped[int]
    lease: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
