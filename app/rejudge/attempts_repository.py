"""Queries on the attempts of one submission."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, PackageSnapshot, Rejudge


@dataclass(frozen=True)
class Row:
    """An attempt, the version that judged it, and why it was judged again."""

    attempt: Attempt
    version: str | None
    why: str | None


async def attempts_of(session: AsyncSession, submission_id: uuid.UUID) -> list[Row]:
    """The attempts of a submission, the latest first."""
    version = func.coalesce(Attempt.report["problem_version"].as_string(), PackageSnapshot.version)
    statement = (
        select(Attempt, version, Rejudge.reason)
        .outerjoin(PackageSnapshot, PackageSnapshot.sha256 == Attempt.package_sha256)
        .outerjoin(Rejudge, Rejudge.id == Attempt.rejudge_id)
        .where(Attempt.submission_id == submission_id)
        .order_by(Attempt.number.desc())
    )
    return [Row(row[0], row[1], row[2]) for row in await session.execute(statement)]
