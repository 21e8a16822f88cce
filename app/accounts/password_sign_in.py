"""Signing in by e-mail address and password, and having a password."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import passwords, repository, service
from app.accounts.addresses import tidy_address
from app.db.engine import Database
from app.errors import Forbidden, Invalid
from app.models import Person


async def sign_in(database: Database, address: str, password: str, days: int) -> str | None:
    """The token of a new session, or None where nobody has this address and password. No
    transaction is open while the password is hashed."""
    person = await _person_of(database, address)
    known = person.password_hash if person is not None else None
    if not await passwords.matches(password, known) or person is None or known is None:
        return None
    async with database.session() as session:
        if not await repository.has_password(session, person.id, known):
            return None
        return await service.start_session(session, person.id, days)


async def change_password(
    database: Database, person: Person, current: str, new: str, keep_session: bytes | None
) -> None:
    """Give a person a new password and end all their other sessions. Raises Forbidden where they
    have one already and ``current`` is another, Invalid where the new one must not be taken."""
    known = person.password_hash
    if known is not None and not await passwords.matches(current, known):
        raise Forbidden("The current password is another. Type it once more.")
    kept = await prepare(new, person.name, person.email)
    async with database.session() as session:
        await store_password(session, person, kept, keep_session)


async def prepare(password: str, name: str, email: str | None) -> str:
    """The hash of a password that somebody wants; Invalid where it must not be taken."""
    passwords.require_good(password, name, email or "")
    return await passwords.hashed(password)


async def store_password(
    session: AsyncSession, person: Person, password_hash: str, keep_session: bytes | None
) -> None:
    """Store a password's hash and end all sessions but one, and every link that was mailed."""
    await repository.set_password(session, person.id, password_hash)
    await repository.delete_other_sessions(session, person.id, keep_session)
    await repository.delete_account_links(session, person.id)


async def _person_of(database: Database, address: str) -> Person | None:
    try:
        email = tidy_address(address)
    except Invalid:
        return None
    async with database.session() as session:
        return await repository.person_by_email(session, email)
