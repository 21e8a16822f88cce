"""The browsers in which a person is signed in: seen, and ended one by one or all others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import repository
from app.accounts.audit import record
from app.accounts.schemas import SessionView
from app.accounts.tokens import token_hash
from app.db.base import now
from app.errors import NotFound
from app.models import AuditKind, Person

# What a browser says of itself, most telling first: others' names are in there too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


async def list_sessions(
    session: AsyncSession, person: Person, current: bytes | None
) -> Sequence[SessionView]:
    """A person's sessions, the newest first. ``current`` is the hash of the one that asks."""
    return [
        SessionView(
            id=row.id,
            browser=row.browser,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            current=row.token_hash == current,
        )
        for row in await repository.sessions_of(session, person.id, now())
    ]


async def end_session(session: AsyncSession, person: Person, session_id: uuid.UUID) -> None:
    """End one of a person's own sessions."""
    if not await repository.delete_own_session(session, person.id, session_id):
        raise NotFound("There is no such session among yours, or it has ended already.")


async def end_other_sessions(session: AsyncSession, person: Person, current: bytes | None) -> None:
    """End all of a person's sessions but the one that asks."""
    await repository.delete_other_sessions(session, person.id, current)


async def note_sign_in(
    session: AsyncSession, token: str, way: str, user_agent: str, network: str
) -> None:
    """Log that a session has begun. Of a browser is kept what its owner knows it by, no more."""
    browser = browser_name(user_agent)
    person_id = await repository.set_browser(session, token_hash(token), browser)
    await record(
        session,
        AuditKind.SIGNED_IN,
        person_id=person_id,
        actor_id=person_id,
        way=way,
        browser=browser,
        network=network,
    )


def browser_name(user_agent: str) -> str:
    """A browser and its system by name, as in "Firefox on Linux"; what is not known is not
    repeated, since anybody can write anything there."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return " on ".join(name for name in (browser, system) if name) or "unknown"
