"""Signing in with an identity at the OpenID provider, and having such identities."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import joining, repository, service
from app.accounts import oidc_repository as identities
from app.accounts.audit import record
from app.accounts.mail import Mail
from app.accounts.names import LOCAL_ADMIN
from app.accounts.oidc_guests import Guest
from app.accounts.oidc_schemas import IdentityView
from app.db.base import now
from app.db.engine import Database
from app.errors import Forbidden, IdentityTaken, LastWayIn, NotFound, Unavailable
from app.models import AuditKind, Identity, Person, Role
from app.settings import Settings, SignUp

_TRIES = 5


@dataclass(frozen=True)
class Entry:
    """The token of a new session, and what is to be mailed about it."""

    token: str
    mail: Mail | None


async def sign_in(database: Database, settings: Settings, guest: Guest) -> Entry:
    """Start a session of the person whose identity it is. Who comes for the first time gets the
    account that has their confirmed address, else a new one where the operator lets them. Raises
    Forbidden."""
    for _ in range(_TRIES):
        try:
            async with database.session() as session:
                return await _sign_in(session, settings, guest)
        except IntegrityError:
            # The same person in another tab, or somebody who goes by the same name.
            continue
    raise Unavailable("Many people are signing in at this moment. Try again.")


async def add_identity(
    database: Database, settings: Settings, person_id: uuid.UUID, guest: Guest
) -> Mail | None:
    """Give a person who is signed in another way in; what is to be mailed about it. Raises
    IdentityTaken where it is somebody else's."""
    try:
        async with database.session() as session:
            await repository.lock_person(session, person_id)
            owner = await identities.use_identity(session, guest.issuer, guest.subject, now())
            if owner is None:
                person = await session.get_one(Person, person_id)
                return await _add(session, settings, person, guest, "account page")
    except IntegrityError:
        owner = None
    if owner is None or owner.id != person_id:
        raise IdentityTaken(
            f"Who you are at {settings.oidc_name} signs in to another account here already. "
            "Sign in with it and remove it there first."
        )
    return None


async def remove_identity(
    session: AsyncSession, settings: Settings, person: Person, identity_id: uuid.UUID
) -> None:
    """Take one of a person's own identities away. Raises NotFound, and LastWayIn where they could
    not sign in any more."""
    await repository.lock_person(session, person.id)
    held = await identities.identities_of(session, person.id)
    gone = next((each for each in held if each.id == identity_id), None)
    if gone is None:
        raise NotFound("There is no such identity among yours, or it was removed already.")
    stays = any(_is_open(settings, each) for each in held if each is not gone)
    current = await session.get_one(Person, person.id)
    by_password = current.password_hash is not None and current.email is not None
    if _is_open(settings, gone) and not stays and not by_password:
        raise LastWayIn("Set a password first, or add another identity; then remove this one.")
    await session.delete(gone)
    await record(
        session,
        AuditKind.IDENTITY_REMOVED,
        person_id=person.id,
        actor_id=person.id,
        issuer=gone.issuer,
    )


async def list_identities(
    session: AsyncSession, settings: Settings, person: Person
) -> list[IdentityView]:
    """A person's identities, the oldest first."""
    return [
        IdentityView(
            id=each.id,
            name=settings.oidc_name if _is_open(settings, each) else _host(each.issuer),
            issuer=each.issuer,
            subject=each.subject,
            created_at=each.created_at,
            last_used_at=each.last_used_at,
        )
        for each in await identities.identities_of(session, person.id)
    ]


async def _sign_in(session: AsyncSession, settings: Settings, guest: Guest) -> Entry:
    mail = None
    person = await identities.use_identity(session, guest.issuer, guest.subject, now())
    if person is None and guest.email is not None:
        # An address of ours is one whose mail was read: see joining.
        person = await identities.hold_person_of(session, guest.email)
        if person is not None:
            mail = await _add(session, settings, person, guest, "same address")
    if person is None:
        person = await _join(session, settings, guest)
    if guest.teaches and person.role == Role.LEARNER:
        await _promote(session, person)
    return Entry(await service.start_session(session, person.id, settings.session_days), mail)


async def _join(session: AsyncSession, settings: Settings, guest: Guest) -> Person:
    role = await _role_of_newcomer(session, settings, guest)
    person = Person(name=await _free_name(session, guest.name), email=guest.email, role=role.value)
    session.add(person)
    await session.flush()
    await record(
        session,
        AuditKind.JOINED,
        person_id=person.id,
        actor_id=person.id,
        role=person.role,
        by="oidc",
    )
    await _add(session, settings, person, guest, "joined")
    return person


async def _role_of_newcomer(session: AsyncSession, settings: Settings, guest: Guest) -> Role:
    """As what a newcomer may join: by invitation, from a class list, or by signing up."""
    if guest.email is not None and settings.sign_up is not SignUp.CLOSED:
        invitations = await identities.take_invitations(session, guest.email, now())
        if invitations:
            return Role(invitations[0].role or Role.LEARNER)
        if await identities.is_on_a_class_list(session, guest.email):
            return Role.LEARNER
    if guest.email is not None:
        joining.require_sign_up(settings, guest.email)
    elif settings.sign_up is not SignUp.OPEN:
        raise Forbidden(
            f"{settings.oidc_name} does not say that your e-mail address is yours, and without it "
            "nobody new is let in here. Confirm it there, or ask who runs this service."
        )
    return Role.LEARNER


async def _free_name(session: AsyncSession, wanted: str) -> str:
    taken = await identities.names_like(session, wanted) | {LOCAL_ADMIN}
    if wanted not in taken:
        return wanted
    # One of these is free: there is one more of them than names that are taken.
    return next(
        name
        for name in (f"{wanted} {number}" for number in range(2, len(taken) + 3))
        if name not in taken
    )


async def _promote(session: AsyncSession, person: Person) -> None:
    person.role = Role.INSTRUCTOR.value
    await session.flush()
    await record(
        session,
        AuditKind.ROLE_CHANGED,
        person_id=person.id,
        actor_id=None,
        before=Role.LEARNER.value,
        after=person.role,
        by="oidc",
    )


async def _add(
    session: AsyncSession, settings: Settings, person: Person, guest: Guest, way: str
) -> Mail | None:
    session.add(
        Identity(
            person_id=person.id,
            issuer=guest.issuer,
            subject=guest.subject,
            last_used_at=now(),
        )
    )
    await session.flush()
    await record(
        session,
        AuditKind.IDENTITY_ADDED,
        person_id=person.id,
        actor_id=person.id,
        issuer=guest.issuer,
        way=way,
    )
    if person.email is None:
        return None
    return Mail(
        person.email,
        "Another way to sign in to Jurax",
        f"The account {person.name} can now be signed in to with {settings.oidc_name}. If that was "
        f"not you, remove it on the account page and tell who runs the service: "
        f"{settings.base_url}/account\n",
    )


def _is_open(settings: Settings, identity: Identity) -> bool:
    """Whether one can sign in with it: its provider is the one that is set."""
    issuer = settings.oidc_issuer
    return issuer is not None and issuer.rstrip("/") == identity.issuer.rstrip("/")


def _host(issuer: str) -> str:
    return urlsplit(issuer).hostname or issuer
