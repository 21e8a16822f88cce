"""What one person is granted in all their courses, for who wants their own data."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.grants_repository import granted_to
from app.assignments.grants_wording import grant_in_words
from app.assignments.rules import grant_of


@dataclass(frozen=True)
class OwnGrant:
    """An extension of an assignment or, without one, an accommodation, as its student may know."""

    course: uuid.UUID
    assignment: str | None
    granted: str
    created_at: datetime


async def own_grants(session: AsyncSession, person_id: uuid.UUID) -> list[OwnGrant]:
    """All that a person is granted, by name or by section; of assignments those that are listed."""
    return [
        OwnGrant(
            course=course.id,
            assignment=title,
            granted=grant_in_words(grant_of(row), ZoneInfo(course.time_zone), row.created_at),
            created_at=row.created_at,
        )
        for row, title, course in await granted_to(session, person_id)
    ]
