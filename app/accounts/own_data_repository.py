"""Queries on all that is a person's own: to hand it out, and to delete it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, HintReveal, Person, SignInSession


async def attempts_of(
    session: AsyncSession, submission_ids: Sequence[uuid.UUID]
) -> Sequence[Attempt]:
    """All attempts of some submissions, in order."""
    statement = (
        select(Attempt).where(Attempt.submission_id.in_(submission_ids)).order_by(Attempt.number)
    )
    return (await session.execute(statement)).scalars().all()


async def hints_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[HintReveal]:
    """The hints that a person has asked for."""
    statement = (
        select(HintReveal).where(HintReveal.person_id == person_id).order_by(HintReveal.created_at)
    )
    return (await session.execute(statement)).scalars().all()


async def session_by_hash(session: AsyncSession, digest: bytes) -> SignInSession | None:
    """The browser session of a token."""
    statement = select(SignInSession).where(SignInSession.token_hash == digest)
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_person(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Delete a person with all that refers to them."""
    await session.execute(delete(Person).where(Person.id == person_id))
