"""Queries on people, tokens, links and sessions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.errors import NotSignedIn
from app.models import AccountLink, ApiToken, Person, SignInLink, SignInSession


async def ensure_person(session: AsyncSession, name: str, role: str) -> Person:
    """The person of that name, made if there is none, with that role."""
    statement = insert(Person).values(id=uuid.uuid4(), name=name, role=role)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Person.name], set_={"role": statement.excluded.role}
        )
    )
    return (await session.execute(select(Person).where(Person.name == name))).scalar_one()


async def role_by_name(session: AsyncSession, name: str) -> str | None:
    """The role of the person of that name, which stays theirs until the transaction ends."""
    statement = select(Person.role).where(Person.name == name).with_for_update(key_share=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def person_by_name(session: AsyncSession, name: str) -> Person | None:
    """The person of that name."""
    return (await session.execute(select(Person).where(Person.name == name))).scalar_one_or_none()


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The person with that address."""
    return (await session.execute(select(Person).where(Person.email == email))).scalar_one_or_none()


async def set_email(session: AsyncSession, person_id: uuid.UUID, email: str) -> None:
    """Give a person an address."""
    await session.execute(update(Person).where(Person.id == person_id).values(email=email))


async def set_password(session: AsyncSession, person_id: uuid.UUID, password_hash: str) -> None:
    """Give a person a password."""
    await session.execute(
        update(Person).where(Person.id == person_id).values(password_hash=password_hash)
    )


async def has_password(session: AsyncSession, person_id: uuid.UUID, password_hash: str) -> bool:
    """Whether a person still has this password, which stays theirs until the transaction ends."""
    statement = (
        select(Person.id)
        .where(Person.id == person_id, Person.password_hash == password_hash)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def lock_person(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Let no other transaction that does the same go on for this person until this one ends.
    Raises NotSignedIn where they have just been deleted."""
    statement = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    if (await session.execute(statement)).scalar_one_or_none() is None:
        raise NotSignedIn("This account was deleted.")


async def owner_of_token(
    session: AsyncSession, digest: bytes, now: datetime
) -> tuple[Person, ApiToken] | None:
    """Whose API token this is, if it is valid; notes the use at most once a minute."""
    row = (
        await session.execute(
            select(Person, ApiToken)
            .join(ApiToken, ApiToken.person_id == Person.id)
            .where(ApiToken.token_hash == digest, *_valid(now))
        )
    ).one_or_none()
    if row is None:
        return None
    person, token = row
    await _note_use(session, ApiToken.last_used_at, ApiToken.id == token.id, now)
    return person, token


async def person_of_session(session: AsyncSession, digest: bytes, now: datetime) -> Person | None:
    """Whose browser session this is, if it has not expired; notes the use like a token's."""
    row = (
        await session.execute(
            select(Person, SignInSession)
            .join(SignInSession, SignInSession.person_id == Person.id)
            .where(SignInSession.token_hash == digest, SignInSession.expires_at > now)
        )
    ).one_or_none()
    if row is None:
        return None
    person, seen = row
    await _note_use(session, SignInSession.last_seen_at, SignInSession.id == seen.id, now)
    return person


async def sessions_of(
    session: AsyncSession, person_id: uuid.UUID, now: datetime
) -> Sequence[SignInSession]:
    """The browser sessions of a person, the newest first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.expires_at > now)
        .order_by(SignInSession.created_at.desc(), SignInSession.id)
    )
    return (await session.execute(statement)).scalars().all()


async def set_browser(session: AsyncSession, digest: bytes, browser: str) -> uuid.UUID | None:
    """Note in which browser a session is; whose it is."""
    statement = (
        update(SignInSession)
        .where(SignInSession.token_hash == digest)
        .values(browser=browser)
        .returning(SignInSession.person_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_own_session(
    session: AsyncSession, person_id: uuid.UUID, session_id: uuid.UUID
) -> bool:
    """Forget one browser session of a person; whether there was one to forget."""
    statement = (
        delete(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == person_id)
        .returning(SignInSession.id)
    )
    return (await session.execute(statement)).one_or_none() is not None


async def use_link(session: AsyncSession, digest: bytes, now: datetime) -> uuid.UUID | None:
    """Use up a sign-in link: whose it is, or None where it is unknown, used or expired. One
    statement, so that of two who come at once only one gets in."""
    statement = (
        update(SignInLink)
        .where(
            SignInLink.token_hash == digest,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.person_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_account_link(
    session: AsyncSession, digest: bytes, purposes: Sequence[str], now: datetime
) -> AccountLink | None:
    """A link that is sent by mail, for one of these purposes, if it has not expired."""
    statement = select(AccountLink).where(*_usable(digest, purposes, now))
    return (await session.execute(statement)).scalar_one_or_none()


async def take_account_link(
    session: AsyncSession, digest: bytes, purposes: Sequence[str], now: datetime
) -> AccountLink | None:
    """The same, used up: of two who come at once only one gets it."""
    statement = delete(AccountLink).where(*_usable(digest, purposes, now)).returning(AccountLink)
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_account_links(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Forget the links that were mailed to a person."""
    await session.execute(delete(AccountLink).where(AccountLink.person_id == person_id))


async def delete_links_to(session: AsyncSession, email: str, purposes: Sequence[str]) -> None:
    """Forget the links for these purposes that were sent to an address."""
    await session.execute(
        delete(AccountLink).where(AccountLink.email == email, AccountLink.purpose.in_(purposes))
    )


async def delete_sign_in_links(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Forget the links that would sign a person in."""
    await session.execute(delete(SignInLink).where(SignInLink.person_id == person_id))


async def delete_session(session: AsyncSession, digest: bytes) -> None:
    """Forget a browser session."""
    await session.execute(delete(SignInSession).where(SignInSession.token_hash == digest))


async def delete_other_sessions(
    session: AsyncSession, person_id: uuid.UUID, digest: bytes | None
) -> None:
    """Forget all browser sessions of a person but one."""
    statement = delete(SignInSession).where(SignInSession.person_id == person_id)
    if digest is not None:
        statement = statement.where(SignInSession.token_hash != digest)
    await session.execute(statement)


async def delete_expired(session: AsyncSession, now: datetime) -> None:
    """Forget sessions and links that are of no more use."""
    await session.execute(delete(SignInSession).where(SignInSession.expires_at < now))
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < now))
    await session.execute(delete(AccountLink).where(AccountLink.expires_at < now))


async def revoke_tokens(session: AsyncSession, person_id: uuid.UUID, now: datetime) -> int:
    """Revoke all API tokens of a person; how many there were."""
    statement = (
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    return len((await session.execute(statement)).all())


async def valid_tokens(
    session: AsyncSession, person_id: uuid.UUID, now: datetime
) -> Sequence[ApiToken]:
    """The valid API tokens of a person, the newest first."""
    statement = (
        select(ApiToken)
        .where(ApiToken.person_id == person_id, *_valid(now))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )
    return (await session.execute(statement)).scalars().all()


async def revoke_token(
    session: AsyncSession, person_id: uuid.UUID, token_id: uuid.UUID, now: datetime
) -> bool:
    """Revoke one API token of a person; whether there was one to revoke."""
    statement = (
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.person_id == person_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    return (await session.execute(statement)).one_or_none() is not None


async def count_people(session: AsyncSession) -> int:
    """How many people there are."""
    return (await session.execute(select(func.count()).select_from(Person))).scalar_one()


def _usable(
    digest: bytes, purposes: Sequence[str], now: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountLink.token_hash == digest,
        AccountLink.purpose.in_(purposes),
        AccountLink.expires_at > now,
    )


def _valid(now: datetime) -> tuple[ColumnElement[bool], ...]:
    unexpired = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    return ApiToken.revoked_at.is_(None), unexpired


async def _note_use(
    session: AsyncSession,
    column: InstrumentedAttribute[datetime | None],
    which: ColumnElement[bool],
    now: datetime,
) -> None:
    """Note a use, at most one a minute."""
    await session.execute(
        update(column.class_)
        .where(which, or_(column.is_(None), column < now - timedelta(minutes=1)))
        .values({column: now})
    )
