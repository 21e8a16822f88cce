"""Getting back in with a new password, and confirming a new address, by links sent by mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import links, repository, service
from app.accounts.addresses import tidy_address
from app.accounts.dependencies import Browser
from app.accounts.mail import Mail
from app.accounts.password_sign_in import prepare, store_password
from app.accounts.presence import require_presence
from app.db.engine import Database
from app.errors import Forbidden
from app.models import AccountLink, LinkPurpose, Person
from app.settings import Settings


@dataclass(frozen=True)
class ResetLink:
    """A link by which a person chooses a new password, and the mail that brings it."""

    url: str
    mail: Mail


async def reset_mail(session: AsyncSession, settings: Settings, email: str) -> Mail | None:
    """What is sent to an address whose owner has forgotten the password; None where it is
    nobody's."""
    person = await repository.person_by_email(session, email)
    if person is None:
        return None
    return (await reset_link(session, settings, person.id, email)).mail


async def reset_link(
    session: AsyncSession, settings: Settings, person_id: uuid.UUID, email: str
) -> ResetLink:
    """A link for the person who has this address."""
    url = await links.make_link(session, settings, LinkPurpose.PASSWORD, email, person_id=person_id)
    text = (
        f"Open this link within an hour to choose a new password:\n\n{url}\n\n"
        "If you did not ask for it, do nothing: the password stays as it is.\n"
    )
    return ResetLink(url, Mail(email, "A new password for Jurax", text))


async def reset_password(database: Database, settings: Settings, token: str, new: str) -> str:
    """Choose a new password with the link that was sent. Ends all sessions of the person and
    gives the token of a fresh one."""
    async with database.session() as session:
        link = await links.look_at(session, token, LinkPurpose.PASSWORD)
        person = await _person_of(session, link)
    kept = await prepare(new, person.name, person.email)
    async with database.session() as session:
        await links.use_up(session, token, LinkPurpose.PASSWORD)
        await store_password(session, person, kept, None, "mail")
        return await service.start_session(session, person.id, settings.session_days)


async def confirmation_mail(
    database: Database, settings: Settings, browser: Browser, address: str, password: str
) -> Mail:
    """What is sent to the address that a person wants to have. Raises Forbidden where the
    password is another, or where there is none and they signed in some time ago; Invalid."""
    email = tidy_address(address)
    person = browser.person
    await require_presence(database, browser, password, "change the address")
    async with database.session() as session:
        owner = await repository.person_by_email(session, email)
        if owner is not None and owner.id != person.id:
            # Told to its owner alone, as where somebody signs up with it.
            return Mail(
                email,
                "You have a Jurax account already",
                "Somebody, probably you, wanted to give this address to another account. It "
                "belongs to one already, and nothing was changed.\n",
            )
        url = await links.make_link(
            session, settings, LinkPurpose.EMAIL, email, person_id=person.id
        )
    return Mail(
        email,
        "Confirm your address for Jurax",
        f"Open this link within 24 hours to sign in to Jurax as {person.name} with this "
        f"address:\n\n{url}\n\nIf you did not ask for it, do nothing.\n",
    )


async def confirm_address(session: AsyncSession, token: str) -> Mail | None:
    """Give a person the address at which the link was read. What is to be sent to the address
    that they had, which may be somebody else's doing."""
    link = await links.use_up(session, token, LinkPurpose.EMAIL)
    person = await _person_of(session, link)
    before = person.email
    await service.set_email(session, person, link.email, by=person)
    if before is None or before == link.email:
        return None
    return Mail(
        before,
        "Your address for Jurax was changed",
        f"The account {person.name} now has another e-mail address. If that was not you, tell "
        "who runs the service.\n",
    )


async def _person_of(session: AsyncSession, link: AccountLink) -> Person:
    person = await session.get(Person, link.person_id)
    if person is None:
        raise Forbidden("The account of this link was deleted.")
    return person
