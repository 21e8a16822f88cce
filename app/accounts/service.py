"""Signing in and out, and the tokens that speak for a person."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import repository, tries_repository
from app.accounts.addresses import tidy_address
from app.accounts.audit import record
from app.accounts.names import tidy_name
from app.accounts.tokens import API_TOKEN_PREFIX, PREFIX_CHARACTERS, new_token, token_hash
from app.courses.joining_invited import enrol_invited
from app.db.base import now
from app.errors import AddressTaken, Forbidden, NotFound
from app.models import ApiToken, AuditKind, Person, Role, SignInLink, SignInSession
from app.roles import ALL_SCOPES, Scope


async def ensure_person(session: AsyncSession, name: str, role: Role) -> Person:
    """The person of that name, made if there is none, with that role."""
    tidied = tidy_name(name)
    before = await repository.role_by_name(session, tidied)
    person = await repository.ensure_person(session, tidied, role.value)
    if before != role:
        await record(
            session,
            AuditKind.ROLE_CHANGED,
            person_id=person.id,
            actor_id=None,
            before=before or "none",
            after=role.value,
        )
    return person


async def find_person(session: AsyncSession, name: str) -> Person:
    """The person of that name."""
    person = await repository.person_by_name(session, tidy_name(name))
    if person is None:
        raise NotFound(
            f"There is nobody named '{name}'. `jurax admin token NAME --role learner` makes a "
            "person with a token."
        )
    return person


async def set_email(
    session: AsyncSession, person: Person, address: str, by: Person | None = None
) -> None:
    """Give a person an address, which is known to be theirs; without ``by`` it was done on the
    command line. Raises AddressTaken where somebody else has it."""
    email = tidy_address(address)
    try:
        async with session.begin_nested():
            await repository.set_email(session, person.id, email)
    except IntegrityError as error:
        raise AddressTaken("Somebody else has this e-mail address.") from error
    person.email = email
    # Those to a new password went to the address before.
    await repository.delete_account_links(session, person.id)
    await record(
        session,
        AuditKind.ADDRESS_CHANGED,
        person_id=person.id,
        actor_id=by.id if by is not None else None,
    )
    await enrol_invited(session, person.id)


async def owner_of_token(session: AsyncSession, token: str) -> tuple[Person, ApiToken] | None:
    """Whose API token this is, or None where it is not valid."""
    return await repository.owner_of_token(session, token_hash(token), now())


async def person_of_session(session: AsyncSession, token: str) -> Person | None:
    """Who is signed in with this session token."""
    return await repository.person_of_session(session, token_hash(token), now())


async def create_api_token(
    session: AsyncSession,
    person: Person,
    name: str,
    *,
    scopes: Collection[Scope] = ALL_SCOPES,
    days: int | None = None,
    within: ApiToken | None = None,
    operator: bool = False,
) -> str:
    """A fresh API token of a person. Only its hash is kept: this is the one time to see it. What
    is made by means of another token, ``within``, may do no more than that, and for no longer.
    ``operator``: it is made on the service's command line."""
    token = new_token(API_TOKEN_PREFIX)
    expires_at = now() + timedelta(days=days) if days is not None else None
    if within is not None:
        if extra := set(scopes) - set(within.scopes):
            raise Forbidden(f"The token that asks may not do this itself: {', '.join(extra)}.")
        ends = [moment for moment in (expires_at, within.expires_at) if moment is not None]
        expires_at = min(ends, default=None)
    session.add(
        ApiToken(
            person_id=person.id,
            name=tidy_name(name),
            token_hash=token_hash(token),
            prefix=token[:PREFIX_CHARACTERS],
            scopes=[scope.value for scope in Scope if scope in scopes],
            expires_at=expires_at,
        )
    )
    await record(
        session,
        AuditKind.TOKEN_MADE,
        person_id=person.id,
        actor_id=None if operator else person.id,
        prefix=token[:PREFIX_CHARACTERS],
        scopes=sorted(scopes),
    )
    return token


async def revoke_api_tokens(session: AsyncSession, person: Person, by: Person | None = None) -> int:
    """Revoke all API tokens of a person; how many there were. Without ``by`` it was done on the
    service's command line."""
    count = await repository.revoke_tokens(session, person.id, now())
    await record(
        session,
        AuditKind.TOKEN_REVOKED,
        person_id=person.id,
        actor_id=by.id if by is not None else None,
        tokens=str(count),
    )
    return count


async def api_tokens(session: AsyncSession, person: Person) -> Sequence[ApiToken]:
    """The API tokens that speak for a person, the newest first. What they are, nobody knows."""
    return await repository.valid_tokens(session, person.id, now())


async def revoke_api_token(session: AsyncSession, person: Person, token_id: uuid.UUID) -> None:
    """Revoke one of a person's own API tokens."""
    if not await repository.revoke_token(session, person.id, token_id, now()):
        raise NotFound("There is no such token among yours, or it is revoked already.")
    await record(
        session,
        AuditKind.TOKEN_REVOKED,
        person_id=person.id,
        actor_id=person.id,
        token=str(token_id),
    )


async def create_sign_in_token(session: AsyncSession, person: Person, hours: int) -> str:
    """The token of a link that signs a person in once."""
    token = new_token()
    session.add(
        SignInLink(
            person_id=person.id,
            token_hash=token_hash(token),
            expires_at=now() + timedelta(hours=hours),
        )
    )
    await session.flush()
    return token


async def sign_in(session: AsyncSession, link_token: str, days: int) -> str | None:
    """Use a sign-in link up: the token of a new session, or None where the link is not valid."""
    person_id = await repository.use_link(session, token_hash(link_token), now())
    if person_id is None:
        return None
    return await start_session(session, person_id, days)


async def start_session(session: AsyncSession, person_id: uuid.UUID, days: int) -> str:
    """The token of a new browser session of a person, whom courses may have waited for."""
    await repository.delete_expired(session, now())
    await tries_repository.delete_tries(session, now() - timedelta(days=1))
    token = new_token()
    session.add(
        SignInSession(
            person_id=person_id,
            token_hash=token_hash(token),
            expires_at=now() + timedelta(days=days),
        )
    )
    await session.flush()
    await enrol_invited(session, person_id)
    return token


async def sign_out(session: AsyncSession, token: str) -> None:
    """End a session."""
    await repository.delete_session(session, token_hash(token))


def sign_in_url(base_url: str, token: str) -> str:
    """The address that signs a person in once."""
    return f"{base_url}/signin?token={token}"
