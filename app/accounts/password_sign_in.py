"""Signing in by e-mail address and password, and having a password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import passwords, repository, service
from app.accounts.addresses import tidy_address
from app.accounts.audit import record
from app.db.engine import Database
from app.errors import Forbidden, Invalid
from app.models import AuditKind, Person


@dataclass(frozen=True)
class Outcome:
    """The token of a new session, or None; and whose address it was, if anybody's."""

    token: str | None
    person_id: uuid.UUID | None


async def sign_in(database: Database, address: str, password: str, days: int) -> Outcome:
    """Start a session of whoever has this address and password. No transaction is open while the
    password is hashed."""
    person = await _person_of(database, address)
    known = person.password_hash if person is not None else None
    right = await passwords.matches(password, known)
    if not right or person is None or known is None:
        return Outcome(None, person.id if person is not None else None)
    async with database.session() as session:
        if not await repository.has_password(session, person.id, known):
            return Outcome(None, person.id)
        return Outcome(await service.start_session(session, person.id, days), person.id)


async def change_password(
    database: Database, person: Person, current: str, new: str, keep_session: bytes | None
) -> None:
    """Give a person a new password and end all their other sessions. Raises Forbidden where they
    have one already and ``current`` is another, Invalid where the new one must not be taken. Who
    has none yet must be known to be there: see presence."""
    known = person.password_hash
    if known is not None and not await passwords.matches(current, known):
        raise Forbidden("The current password is another. Type it once more.")
    kept = await prepare(new, person.name, person.email)
    async with database.session() as session:
        await store_password(session, person, kept, keep_session, "account page")


async def prepare(password: str, name: str, email: str | None) -> str:
    """The hash of a password that somebody wants; Invalid where it must not be taken."""
    passwords.require_good(password, name, email or "")
    return await passwords.hashed(password)


async def store_password(
    session: AsyncSession,
    person: Person,
    password_hash: str,
    keep_session: bytes | None,
    way: str,
) -> None:
    """Store a password's hash and end all sessions but one, and every link to one or to another
    password."""
    await repository.set_password(session, person.id, password_hash)
    await repository.delete_other_sessions(session, person.id, keep_session)
    await repository.delete_sign_in_links(session, person.id)
    await repository.delete_account_links(session, person.id)
    await record(
        session, AuditKind.PASSWORD_CHANGED, person_id=person.id, actor_id=person.id, way=way
    )


async def _person_of(database: Database, address: str) -> Person | None:
    try:
        email = tidy_address(address)
    except Invalid:
        return None
    async with database.session() as session:
        return await repository.person_by_email(session, email)
