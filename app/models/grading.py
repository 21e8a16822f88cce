"""Tables of grades: what was earned, what people changed by hand, and who changed it."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


def _problem() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("assignment_problems.id", ondelete="CASCADE"))


def _person() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


def _somebody() -> Mapped[uuid.UUID | None]:
    """Who did it, as long as the account is there."""
    return mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class Grade(Base):
    """What a student's submissions to a problem earn by the rules (``app.courses.points``), kept
    at hand for the gradebook. Whatever changes what it follows from computes it again in the same
    transaction. ``score`` is that of the submission that counts, before the penalty."""

    __tablename__ = "grades"
    __table_args__ = (PrimaryKeyConstraint("problem_id", "person_id"),)

    problem_id: Mapped[uuid.UUID] = _problem()
    person_id: Mapped[uuid.UUID] = _person()
    points: Mapped[float]
    score: Mapped[float | None]
    submission_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("submissions.id", ondelete="SET NULL")
    )
    days_late: Mapped[int] = mapped_column(default=0)
    paid_days: Mapped[int] = mapped_column(default=0)
    kept: Mapped[float] = mapped_column(default=1.0)
    submissions: Mapped[int] = mapped_column(default=0)
    judging: Mapped[int] = mapped_column(default=0)


class Adjustment(Base):
    """Points set by hand in place of those earned. ``version`` grows with each change."""

    __tablename__ = "adjustments"
    __table_args__ = (PrimaryKeyConstraint("problem_id", "person_id"),)

    problem_id: Mapped[uuid.UUID] = _problem()
    person_id: Mapped[uuid.UUID] = _person()
    points: Mapped[float]
    reason: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[uuid.UUID | None] = _somebody()
    at: Mapped[CreatedAt]


class GradeChangeKind(StrEnum):
    """What was done to grades, and that somebody looked whose anonymous work it is."""

    ADJUSTED = "adjusted"
    ADJUSTMENT_REMOVED = "adjustment_removed"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    REJUDGED = "rejudged"
    RULES_CHANGED = "rules_changed"
    GRANTED = "granted"
    GRANT_REMOVED = "grant_removed"
    ASSIGNMENT_DELETED = "assignment_deleted"
    NAMES_SHOWN = "names_shown"


class GradeChange(Base):
    """An entry of the log of a course's grades. Rows are only ever added, as in the audit log, and
    name everything by id alone: they outlive what they tell of. Without a person it is about all
    students of the assignment."""

    __tablename__ = "grade_changes"
    __table_args__ = (
        Index("ix_grade_changes_course_id_id", "course_id", "id"),
        Index("ix_grade_changes_problem_id_person_id_id", "problem_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[CreatedAt]
    kind: Mapped[str] = mapped_column(Text)
    course_id: Mapped[uuid.UUID]
    assignment_id: Mapped[uuid.UUID | None]
    problem_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]
    actor_id: Mapped[uuid.UUID | None]
    points_before: Mapped[float | None]
    points_after: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class CodeComment(Base):
    """What a grader says of a line (from 1) of a submission, or of all of it (no line)."""

    __tablename__ = "code_comments"
    __table_args__ = (CheckConstraint("line >= 1", name="line"),)

    id: Mapped[UuidKey]
    submission_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[uuid.UUID | None] = _somebody()
    line: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class RegradeRequest(Base):
    """A student's question about a grade, and the answer."""

    __tablename__ = "regrade_requests"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        # One open question a student and problem: more of them are one longer one.
        Index(
            "uq_regrade_requests_open",
            "problem_id",
            "person_id",
            unique=True,
            postgresql_where="answered_at IS NULL",
        ),
    )

    id: Mapped[UuidKey]
    problem_id: Mapped[uuid.UUID] = _problem()
    person_id: Mapped[uuid.UUID] = _person()
    submission_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("submissions.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[uuid.UUID | None] = _somebody()
    answered_at: Mapped[Moment | None]


class RejudgeStatus(StrEnum):
    """How far a rejudge is; only one that is applied changes a grade."""

    JUDGING = "judging"
    READY = "ready"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Rejudge(Base):
    """Submissions that are judged once more, by ``package_sha256`` or, without one, by the version
    that their assignment pins. ``chosen`` is the document of what was asked for. Its attempts do
    not count until it is applied."""

    __tablename__ = "rejudges"
    __table_args__ = (
        CheckConstraint("status IN ('judging', 'ready', 'applied', 'discarded')", name="status"),
    )

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[str] = mapped_column(Text, default=RejudgeStatus.JUDGING.value)
    chosen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    package_sha256: Mapped[str | None] = mapped_column(ForeignKey("package_snapshots.sha256"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID | None] = _somebody()
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[Moment | None]


class Notice(Base):
    """Something that a person is told of when they next come: a grade that changed and why."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_person_id_created_at", "person_id", "created_at"),)

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    read_at: Mapped[Moment | None]
