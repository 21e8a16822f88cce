"""Enrols who was invited to courses before they had an account with that address."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import joining_repository as repository
from app.courses.grading import recompute


async def enrol_invited(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Enrol a person, whose address is known to be theirs, wherever that is invited."""
    email = await repository.email_of(session, person_id)
    if email is None:
        return
    for invitation in await repository.take_invitations(session, email):
        await repository.enrol_invited(session, invitation, person_id)
        # Who comes back can be in another section, or be a student again.
        await recompute(session, invitation.course_id, [person_id])
