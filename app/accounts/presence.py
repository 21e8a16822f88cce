"""That who asks for something grave is the person, and not who has found their browser open."""

from __future__ import annotations

from datetime import timedelta

from app.accounts import own_data_repository as repository
from app.accounts import passwords
from app.accounts.dependencies import Browser
from app.db.base import now
from app.db.engine import Database
from app.errors import Forbidden

# How long after signing in somebody without a password may do such things.
RECENT = timedelta(minutes=15)


async def require_presence(
    database: Database, browser: Browser, password: str, purpose: str
) -> None:
    """Raise Forbidden where the password is another, or where there is none and they signed in
    some time ago. ``purpose`` goes on after "Sign in anew, then"."""
    person = browser.person
    if person.password_hash is None:
        await require_recent_sign_in(database, browser, purpose)
    elif not await passwords.matches(password, person.password_hash):
        raise Forbidden("The password is another. Type it once more.")


async def require_recent_sign_in(database: Database, browser: Browser, purpose: str) -> None:
    """Raise Forbidden where somebody signed in some time ago."""
    async with database.session() as session:
        current = await repository.session_by_hash(session, browser.session_hash)
    if current is None or now() - current.created_at > RECENT:
        minutes = int(RECENT.total_seconds()) // 60
        raise Forbidden(f"Sign in anew, then {purpose} within {minutes} minutes.")
