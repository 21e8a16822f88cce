"""Who is asking: typed dependencies for endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from app.accounts import service
from app.accounts.cookies import cookie_name
from app.accounts.tokens import token_hash
from app.db.engine import Database
from app.db.session import DatabaseDep
from app.errors import Forbidden, NotSignedIn
from app.models import Person, Role

log = structlog.get_logger(__name__)

_bearer = HTTPBearer(auto_error=False, description="An API token: `jurax admin token NAME`.")
_cookie = APIKeyCookie(name="jurax_session", auto_error=False, description="Set by a sign-in link.")

# The ``openapi_extra=`` of a route that strangers may use too.
FOR_ANYBODY: dict[str, Any] = {"security": [{}]}


async def maybe_person(
    request: Request,
    database: DatabaseDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
    _documented: Annotated[str | None, Depends(_cookie)] = None,
) -> Person | None:
    """Who is asking, or None for a stranger. A token that is not valid is an error, not a
    stranger: who sent it believes to be somebody."""
    # A short transaction of its own: an endpoint that waits or streams must hold no connection.
    if "authorization" in request.headers:
        person = None
        if bearer:
            async with database.session() as session:
                person = await service.person_of_token(session, bearer.credentials)
        if person is None:
            raise NotSignedIn(
                "The API token is not valid: it was mistyped or revoked. "
                "`jurax admin token NAME --role learner` makes a new one."
            )
        return person
    return await _of_cookie(request, database)


async def person_of_browser(request: Request) -> Person | None:
    """Who is signed in in the browser that asks, where that can be told. Never raises: an error
    is being answered already."""
    try:
        return await _of_cookie(request, request.app.state.database)
    except Exception:
        log.warning("could not tell who is signed in", exc_info=True)
        return None


async def _of_cookie(request: Request, database: Database) -> Person | None:
    token = request.cookies.get(cookie_name(request.app.state.settings))
    if not token:
        return None
    async with database.session() as session:
        return await service.person_of_session(session, token)


MaybePerson = Annotated[Person | None, Depends(maybe_person)]


async def signed_in(person: MaybePerson) -> Person:
    """Who is asking; a stranger is refused."""
    if person is None:
        raise NotSignedIn
    return person


SignedIn = Annotated[Person, Depends(signed_in)]


async def admin(person: SignedIn) -> Person:
    """Who is asking, an admin; anybody else is refused."""
    if person.role != Role.ADMIN:
        raise Forbidden("This is for admins.")
    return person


Admin = Annotated[Person, Depends(admin)]


@dataclass(frozen=True)
class Browser:
    """A person in a browser, and the hash of their session's token."""

    person: Person
    session_hash: bytes


async def in_browser(request: Request, person: SignedIn) -> Browser:
    """Who is asking, signed in in a browser. What a person alone decides, no API token may."""
    token = request.cookies.get(cookie_name(request.app.state.settings))
    if token is None or "authorization" in request.headers:
        raise Forbidden("This is done on the account page, in a browser that is signed in.")
    return Browser(person, token_hash(token))


InBrowser = Annotated[Browser, Depends(in_browser)]
