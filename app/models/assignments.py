"""Tables of assignments and of the versions of problems that they pin."""

from __future__ import annotations

import secrets
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


class Feedback(StrEnum):
    """From when a student sees more than that a submission was judged."""

    NOW = "now"
    AFTER_DUE = "after_due"
    AFTER_PUBLISHING = "after_publishing"


class PlanPolicy(StrEnum):
    """Whether everybody meets the same cases, or each submission fresh ones."""

    SHARED = "shared"
    FRESH = "fresh"


class PackageSnapshot(Base):
    """A problem package as it was: a compressed tar archive of its files, by their hash. What an
    assignment pins stays judgeable when the folder has moved on, on every worker."""

    __tablename__ = "package_snapshots"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    archive: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]


class Assignment(Base):
    """Problems to be solved in a window of time. ``policy`` is the document of
    ``app.courses.rules.AssignmentRules`` without its window, which has columns of its own. Students
    see it once it is ``listed``, and their grades once they are published. From ``pseudonym_key``
    follows what students are called while it is graded anonymously. ``version`` grows with each
    change, so that of two people who change it at once the second is told."""

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("feedback IN ('now', 'after_due', 'after_publishing')", name="feedback"),
        CheckConstraint("plan_policy IN ('shared', 'fresh')", name="plan_policy"),
        CheckConstraint(
            "opens_at <= due_at AND due_at <= late_until AND opens_at <= late_until"
            " AND (late_until IS NULL OR due_at IS NOT NULL)",
            name="dates_in_order",
        ),
    )

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(Text)
    instructions: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int]
    opens_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    late_until: Mapped[Moment | None]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)
    feedback: Mapped[str] = mapped_column(Text, default=Feedback.NOW.value)
    plan_policy: Mapped[str] = mapped_column(Text, default=PlanPolicy.SHARED.value)
    practice_after_end: Mapped[bool] = mapped_column(default=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    listed: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[Moment | None]
    pseudonym_key: Mapped[bytes] = mapped_column(
        LargeBinary, default=lambda: secrets.token_bytes(32)
    )
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[CreatedAt]


class AssignmentProblem(Base):
    """A problem of an assignment: its points, the version that judges it, the seed of the plan
    that everybody meets, and the groups that are hidden although the package shows them."""

    __tablename__ = "assignment_problems"
    __table_args__ = (
        UniqueConstraint("assignment_id", "problem_slug"),
        CheckConstraint("points >= 0 AND points <= 1000000", name="points"),
    )

    id: Mapped[UuidKey]
    assignment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), index=True
    )
    problem_slug: Mapped[str] = mapped_column(ForeignKey("problems.slug", onupdate="CASCADE"))
    position: Mapped[int]
    points: Mapped[float]
    package_sha256: Mapped[str] = mapped_column(ForeignKey("package_snapshots.sha256"))
    plan_seed: Mapped[int] = mapped_column(BigInteger)
    hidden_groups: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
