"""Queries on all people of the service."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Enrolment, Person, Submission


@dataclass(frozen=True)
class Known:
    """Somebody who is there."""

    name: str
    email: str | None
    role: str


async def taken(session: AsyncSession) -> tuple[dict[str, Known], dict[str, Known]]:
    """Everybody by name, and by address."""
    rows = await session.execute(select(Person.name, Person.email, Person.role))
    everybody = [Known(name, email, role) for name, email, role in rows]
    addressed = {each.email: each for each in everybody if each.email is not None}
    return {each.name: each for each in everybody}, addressed


async def belongings(session: AsyncSession, person_id: uuid.UUID) -> tuple[int, int]:
    """How many submissions a person has, and in how many courses they are."""
    submissions = select(func.count()).where(Submission.person_id == person_id)
    courses = select(func.count()).where(Enrolment.person_id == person_id)
    statement = select(submissions.scalar_subquery(), courses.scalar_subquery())
    row = (await session.execute(statement)).one()
    return row[0], row[1]
