"""Queries of admins on people and invitations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, delete, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models import AccountLink, ApiToken, Identity, LinkPurpose, Person, Role, SignInSession


@dataclass(frozen=True)
class Ways:
    """By what a person gets in."""

    identities: int
    browsers: int
    tokens: int


async def list_people(
    session: AsyncSession,
    search: str,
    role: Role | None,
    after: str | None,
    limit: int,
    now: datetime,
) -> Sequence[tuple[Person, datetime | None]]:
    """People by name, from the one after a name on, and when they were last seen."""
    statement = (
        select(Person, _last_seen(now))
        .where(*_found(search, role))
        .order_by(func.lower(Person.name), Person.name)
        .limit(limit)
    )
    if after is not None:
        here = tuple_(func.lower(Person.name), Person.name)
        statement = statement.where(here > tuple_(func.lower(after), after))
    return [(person, seen) for person, seen in await session.execute(statement)]


async def count_people(session: AsyncSession, search: str, role: Role | None) -> int:
    """How many people a search finds."""
    statement = select(func.count()).select_from(Person).where(*_found(search, role))
    return (await session.execute(statement)).scalar_one()


async def find_person(
    session: AsyncSession, person_id: uuid.UUID, now: datetime
) -> tuple[Person, datetime | None] | None:
    """A person, and when they were last seen."""
    statement = select(Person, _last_seen(now)).where(Person.id == person_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def hold_person(session: AsyncSession, person_id: uuid.UUID) -> Person | None:
    """A person who stays as they are until the transaction ends."""
    statement = (
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def hold_admins(session: AsyncSession) -> set[uuid.UUID]:
    """All admins, who stay such until the transaction ends."""
    statement = (
        select(Person.id)
        .where(Person.role == Role.ADMIN.value)
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )
    return set((await session.execute(statement)).scalars())


async def ways_of(session: AsyncSession, person_id: uuid.UUID, now: datetime) -> Ways:
    """By what a person gets in."""
    identities = _count(Identity.id).where(Identity.person_id == person_id)
    browsers = _count(SignInSession.id).where(
        SignInSession.person_id == person_id, SignInSession.expires_at > now
    )
    tokens = _count(ApiToken.id).where(
        ApiToken.person_id == person_id,
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
    )
    statement = select(*(each.scalar_subquery() for each in (identities, browsers, tokens)))
    return Ways(*(await session.execute(statement)).one())


async def list_invitations(
    session: AsyncSession, after: uuid.UUID | None, limit: int, now: datetime
) -> Sequence[AccountLink]:
    """Invitations that can be used, the newest first."""
    statement = (
        select(AccountLink)
        .where(
            AccountLink.purpose == LinkPurpose.INVITATION.value,
            AccountLink.expires_at > now,
        )
        .order_by(AccountLink.created_at.desc(), AccountLink.id.desc())
        .limit(limit)
    )
    if after is not None:
        place = select(AccountLink.created_at).where(AccountLink.id == after).scalar_subquery()
        here = tuple_(AccountLink.created_at, AccountLink.id)
        statement = statement.where(here < tuple_(place, after))
    return (await session.execute(statement)).scalars().all()


async def delete_invitation(session: AsyncSession, link_id: uuid.UUID) -> AccountLink | None:
    """Take an invitation back, where there is one to take."""
    statement = (
        delete(AccountLink)
        .where(AccountLink.id == link_id, AccountLink.purpose == LinkPurpose.INVITATION.value)
        .returning(AccountLink)
    )
    return (await session.execute(statement)).scalar_one_or_none()


def _found(search: str, role: Role | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search:
        conditions.append(
            or_(
                Person.name.icontains(search, autoescape=True),
                Person.email.icontains(search, autoescape=True),
            )
        )
    if role is not None:
        conditions.append(Person.role == role.value)
    return conditions


def _last_seen(now: datetime) -> ScalarSelect[datetime]:
    seen = func.max(func.coalesce(SignInSession.last_seen_at, SignInSession.created_at))
    mine = SignInSession.person_id == Person.id
    return select(seen).where(mine, SignInSession.expires_at > now).scalar_subquery()


def _count(column: InstrumentedAttribute[uuid.UUID]) -> Select[tuple[int]]:
    return select(func.count(column))
