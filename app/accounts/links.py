"""Links that do one thing once, for who can read an address's mail: join, confirm, reset."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import repository
from app.accounts.tokens import new_token, token_hash
from app.db.base import now
from app.errors import Forbidden
from app.models import AccountLink, LinkPurpose, Role
from app.settings import Settings

# An invitation may wait for the term to begin; what is asked for is used at once.
LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(days=14),
    LinkPurpose.SIGN_UP: timedelta(hours=24),
    LinkPurpose.EMAIL: timedelta(hours=24),
    LinkPurpose.PASSWORD: timedelta(hours=1),
}
JOINING = (LinkPurpose.INVITATION, LinkPurpose.SIGN_UP)

_PAGES = {
    LinkPurpose.INVITATION: "/join",
    LinkPurpose.SIGN_UP: "/join",
    LinkPurpose.EMAIL: "/account/email/confirm",
    LinkPurpose.PASSWORD: "/password/reset",
}


async def make_link(
    session: AsyncSession,
    settings: Settings,
    purpose: LinkPurpose,
    email: str,
    *,
    role: Role | None = None,
    person_id: uuid.UUID | None = None,
) -> str:
    """The address of a fresh link. Only its hash is kept."""
    token = new_token()
    session.add(
        AccountLink(
            purpose=purpose.value,
            email=email,
            role=role.value if role else None,
            person_id=person_id,
            token_hash=token_hash(token),
            expires_at=now() + LIFETIMES[purpose],
        )
    )
    await session.flush()
    return f"{settings.base_url}{_PAGES[purpose]}?token={token}"


async def look_at(session: AsyncSession, token: str, *purposes: LinkPurpose) -> AccountLink:
    """A link that can still be used for this, which stays as it is. Raises Forbidden."""
    return _require(await repository.find_account_link(session, token_hash(token), purposes, now()))


async def use_up(session: AsyncSession, token: str, *purposes: LinkPurpose) -> AccountLink:
    """A link that can be used for this, and from now on no more. Raises Forbidden."""
    return _require(await repository.take_account_link(session, token_hash(token), purposes, now()))


def _require(link: AccountLink | None) -> AccountLink:
    if link is None:
        raise Forbidden(
            "This link was used before, has expired, or is not complete. Ask for a new one."
        )
    return link
