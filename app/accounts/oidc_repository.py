"""Queries on identities, and on browsers that are with the provider."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AccountLink, CourseInvitation, Identity, LinkPurpose, Person, ProviderVisit


async def take_visit(
    session: AsyncSession, state_hash: bytes, browser_hash: bytes, now: datetime
) -> ProviderVisit | None:
    """A visit of this browser's that has not expired, which ends here: of two who come at once
    only one gets it."""
    statement = (
        delete(ProviderVisit)
        .where(
            ProviderVisit.state_hash == state_hash,
            ProviderVisit.browser_hash == browser_hash,
            ProviderVisit.expires_at > now,
        )
        .returning(ProviderVisit)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_visits(session: AsyncSession, before: datetime) -> None:
    """Forget who has not come back in time."""
    await session.execute(delete(ProviderVisit).where(ProviderVisit.expires_at < before))


async def use_identity(
    session: AsyncSession, issuer: str, subject: str, now: datetime
) -> Person | None:
    """Whose identity this is; notes the use."""
    statement = (
        update(Identity)
        .where(Identity.issuer == issuer, Identity.subject == subject)
        .values(last_used_at=now)
        .returning(Identity.person_id)
    )
    person_id = (await session.execute(statement)).scalar_one_or_none()
    return await session.get(Person, person_id) if person_id is not None else None


async def identities_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[Identity]:
    """The identities of a person, the oldest first."""
    statement = (
        select(Identity)
        .where(Identity.person_id == person_id)
        .order_by(Identity.created_at, Identity.id)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_person_of(session: AsyncSession, email: str) -> Person | None:
    """The person with that address, which stays theirs until the transaction ends."""
    statement = select(Person).where(Person.email == email).with_for_update(key_share=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def take_invitations(
    session: AsyncSession, email: str, now: datetime
) -> Sequence[AccountLink]:
    """The invitations of an address that have not expired, used up, the newest first."""
    statement = (
        delete(AccountLink)
        .where(
            AccountLink.email == email,
            AccountLink.purpose == LinkPurpose.INVITATION.value,
            AccountLink.expires_at > now,
        )
        .returning(AccountLink)
    )
    found = (await session.execute(statement)).scalars().all()
    return sorted(found, key=lambda link: link.created_at, reverse=True)


async def is_on_a_class_list(session: AsyncSession, email: str) -> bool:
    """Whether some course waits for who has this address."""
    waiting = exists().where(CourseInvitation.email == email)
    return bool((await session.execute(select(waiting))).scalar_one())


async def names_like(session: AsyncSession, name: str) -> set[str]:
    """A name and those made of it by adding something, as far as they are taken."""
    statement = select(Person.name).where(
        or_(Person.name == name, func.starts_with(Person.name, f"{name} "))
    )
    return set((await session.execute(statement)).scalars())
