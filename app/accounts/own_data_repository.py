"""Queries on all that is a person's own: to hand it out, and to delete it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.models import (
    Attempt,
    CodeComment,
    Enrolment,
    GrantMember,
    GrantRow,
    HintReveal,
    Notice,
    Person,
    RegradeRequest,
    Rejudge,
    SignInSession,
    Submission,
)


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


async def notices_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[Notice]:
    """What a person was told of."""
    statement = (
        select(Notice).where(Notice.person_id == person_id).order_by(Notice.created_at, Notice.id)
    )
    return (await session.scalars(statement)).all()


async def comments_of(
    session: AsyncSession, person_id: uuid.UUID
) -> list[tuple[CodeComment, Submission]]:
    """The comments that a person wrote, and all on their programs; each with the program."""
    statement = (
        select(CodeComment, Submission)
        .join(Submission, Submission.id == CodeComment.submission_id)
        .where(or_(CodeComment.author_id == person_id, Submission.person_id == person_id))
        .order_by(CodeComment.created_at, CodeComment.id)
        .options(defer(Submission.source))
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def questions_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[RegradeRequest]:
    """What a person asked about their grades."""
    statement = (
        select(RegradeRequest)
        .where(RegradeRequest.person_id == person_id)
        .order_by(RegradeRequest.created_at, RegradeRequest.id)
    )
    return (await session.scalars(statement)).all()


async def rejudges_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[Rejudge]:
    """The rejudges that a person asked for."""
    statement = (
        select(Rejudge).where(Rejudge.by_id == person_id).order_by(Rejudge.created_at, Rejudge.id)
    )
    return (await session.scalars(statement)).all()


async def session_by_hash(session: AsyncSession, digest: bytes) -> SignInSession | None:
    """The browser session of a token."""
    statement = select(SignInSession).where(SignInSession.token_hash == digest)
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_person(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Delete a person with all that refers to them, and the extensions that are theirs alone: why
    somebody has one may be the most private thing that a course knows."""
    mine = select(GrantMember.grant_id).join(Enrolment).where(Enrolment.person_id == person_id)
    others = (
        select(GrantMember.grant_id)
        .join(Enrolment)
        .where(GrantMember.grant_id == GrantRow.id, Enrolment.person_id != person_id)
    )
    await session.execute(delete(GrantRow).where(GrantRow.id.in_(mine), ~others.exists()))
    await session.execute(delete(Person).where(Person.id == person_id))
