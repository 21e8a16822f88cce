"""Who may become a person of this service, and how: by sign-up or by invitation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import links, repository, service
from app.accounts.addresses import tidy_address
from app.accounts.audit import record
from app.accounts.mail import Mail
from app.accounts.names import LOCAL_ADMIN, tidy_name
from app.accounts.password_sign_in import prepare
from app.db.engine import Database
from app.errors import AddressTaken, Forbidden, NameTaken
from app.models import AuditKind, LinkPurpose, Person, Role
from app.settings import Settings, SignUp


def require_sign_up(settings: Settings, address: str) -> str:
    """The address, tidied, where it may sign up. Raises Forbidden, or Invalid for no address."""
    email = tidy_address(address)
    if settings.sign_up is SignUp.OPEN:
        return email
    if settings.sign_up is SignUp.DOMAIN:
        if email.rpartition("@")[2] in settings.domains:
            return email
        raise Forbidden(
            f"Sign up with an address of {' or '.join(sorted(settings.domains))}; others need an "
            "invitation."
        )
    raise Forbidden("Nobody can sign up here without an invitation from who runs the service.")


async def sign_up_mail(session: AsyncSession, settings: Settings, email: str) -> Mail:
    """What is sent to an address that wants to sign up. Who has an account is told so there, and
    nobody else is."""
    if await repository.person_by_email(session, email) is not None:
        return Mail(
            email,
            "You have a Jurax account already",
            "Somebody, probably you, wanted to sign up with this address, which has an account.\n"
            f"Sign in, or ask for a new password: {settings.base_url}/signin/help\n",
        )
    url = await links.make_link(session, settings, LinkPurpose.SIGN_UP, email, role=Role.LEARNER)
    return Mail(
        email,
        "Finish signing up to Jurax",
        f"Open this link within 24 hours to choose a name and a password:\n\n{url}\n\n"
        "If you did not ask for it, do nothing.\n",
    )


@dataclass(frozen=True)
class Invitation:
    """Who is invited, by which link, and the mail that brings it."""

    email: str
    url: str
    mail: Mail


async def invite(
    session: AsyncSession,
    settings: Settings,
    address: str,
    role: Role,
    actor: Person | None = None,
) -> Invitation:
    """Invite whoever has an address, in an admin's name or the command line's. Raises Forbidden
    where the service takes nobody, AddressTaken where the address has an account."""
    _require_invitations(settings)
    email = tidy_address(address)
    if await repository.person_by_email(session, email) is not None:
        raise AddressTaken("Somebody with this e-mail address has an account already.")
    url = await links.make_link(session, settings, LinkPurpose.INVITATION, email, role=role)
    actor_id = actor.id if actor is not None else None
    await record(session, AuditKind.INVITED, person_id=None, actor_id=actor_id, role=role.value)
    text = f"Open this link within 14 days to choose a name and a password:\n\n{url}\n"
    return Invitation(email, url, Mail(email, "You are invited to Jurax", text))


async def join(database: Database, settings: Settings, token: str, name: str, password: str) -> str:
    """Make the person to whom a link was sent; the token of their first session. A link that
    could not be used for want of a free name or a good password stays good."""
    async with database.session() as session:
        link = await links.look_at(session, token, *links.JOINING)
    if link.purpose == LinkPurpose.SIGN_UP:
        require_sign_up(settings, link.email)
    else:
        _require_invitations(settings)
    name = tidy_name(name)
    if name == LOCAL_ADMIN:
        raise NameTaken("This name is for who runs the service. Choose another.")
    kept = await prepare(password, name, link.email)
    async with database.session() as session:
        link = await links.use_up(session, token, *links.JOINING)
        person = Person(
            name=name,
            email=link.email,
            role=link.role or Role.LEARNER.value,
            password_hash=kept,
        )
        await _add(session, person)
        # One that was left would make the account anew, with its role, once this one is deleted.
        await repository.delete_links_to(session, link.email, links.JOINING)
        await record(
            session,
            AuditKind.JOINED,
            person_id=person.id,
            actor_id=person.id,
            role=person.role,
            by=link.purpose,
        )
        return await service.start_session(session, person.id, settings.session_days)


async def _add(session: AsyncSession, person: Person) -> None:
    session.add(person)
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_people_email" in str(error.orig):
            raise AddressTaken("This e-mail address has an account by now. Sign in.") from error
        raise NameTaken("Somebody else has this name. Choose another.") from error


def _require_invitations(settings: Settings) -> None:
    if settings.sign_up is SignUp.CLOSED:
        raise Forbidden(
            "This service takes nobody in. Who runs it can set JURAX_SIGN_UP=invitation."
        )
