"""Browsers that are sent to an OpenID provider and come back: once, in time, and the same one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import oidc_repository as repository
from app.accounts.tokens import new_token, token_hash
from app.db.base import now
from app.errors import Forbidden
from app.models import ProviderVisit

LIFETIME = timedelta(minutes=10)
MAX_PATH = 500

# A path of this service. Browsers take a backslash for a slash and skip control characters.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_SECRET = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class Departure:
    """What goes with a browser to the provider, and the secret that it keeps. Nonce and verifier
    follow from the secret: what the database holds is of no use to who reads it."""

    secret: str
    state: str

    @property
    def nonce(self) -> str:
        """What the token of this visit must hold."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that who brings the code is who left (PKCE)."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        key, text = self.secret.encode(), f"{purpose} {self.state}".encode()
        digest = hmac.digest(key, text, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class Arrival:
    """A visit that has come back; ``person_id`` is who wants to add an identity."""

    departure: Departure
    next_path: str
    person_id: uuid.UUID | None


async def leave(
    session: AsyncSession, secret: str | None, next_path: str, person_id: uuid.UUID | None
) -> Departure:
    """Let a browser go. One that has a secret keeps it: it may have left in two tabs."""
    if secret is None or _SECRET.fullmatch(secret) is None:
        secret = new_token()
    departure = Departure(secret, new_token())
    await repository.delete_visits(session, now())
    session.add(
        ProviderVisit(
            state_hash=token_hash(departure.state),
            browser_hash=token_hash(secret),
            person_id=person_id,
            next_path=safe_path(next_path),
            expires_at=now() + LIFETIME,
        )
    )
    await session.flush()
    return departure


async def arrive(session: AsyncSession, secret: str | None, state: str) -> Arrival:
    """Take a browser back, once. Raises Forbidden where it is another, or too late."""
    visit = None
    if secret is not None:
        hashes = token_hash(state), token_hash(secret)
        visit = await repository.take_visit(session, *hashes, now())
    if visit is None or secret is None:
        raise Forbidden(
            "This sign-in was not begun in this browser, was finished already, or took longer than "
            f"{int(LIFETIME.total_seconds()) // 60} minutes. Begin again."
        )
    return Arrival(Departure(secret, state), visit.next_path, visit.person_id)


def safe_path(text: str) -> str:
    """A place in this service to go to after signing in; the front page for any other, and for
    another sign-in: by a link of its author's one would be in their account."""
    if len(text) > MAX_PATH or _PATH.fullmatch(text) is None:
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or normpath(unquote(parts.path)) == "/signin":
        return "/"
    return text
