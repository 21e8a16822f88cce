"""Who is asking: typed dependencies for endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer, SecurityScopes
from fastapi.security.http import HTTPAuthorizationCredentials

from app.accounts import service
from app.accounts.cookies import cookie_name
from app.accounts.tokens import token_hash
from app.db.engine import Database
from app.db.session import DatabaseDep
from app.errors import Forbidden, NotSignedIn, ScopeMissing
from app.models import ApiToken, Person, Role
from app.roles import ALL_SCOPES, Scope

log = structlog.get_logger(__name__)

_bearer = HTTPBearer(auto_error=False, description="An API token: `jurax admin token NAME`.")
_cookie = APIKeyCookie(name="jurax_session", auto_error=False, description="Set by a sign-in link.")

# The ``openapi_extra=`` of a route that strangers may use too.
FOR_ANYBODY: dict[str, Any] = {"security": [{}]}


async def maybe_person(
    request: Request,
    database: DatabaseDep,
    wanted: SecurityScopes,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
    _documented: Annotated[str | None, Depends(_cookie)] = None,
) -> Person | None:
    """Who is asking, or None for a stranger. A token that is not valid is an error, not a
    stranger: who sent it believes to be somebody."""
    # A short transaction of its own: an endpoint that waits or streams must hold no connection.
    if "authorization" in request.headers:
        owner = None
        if bearer:
            async with database.session() as session:
                owner = await service.owner_of_token(session, bearer.credentials)
        if owner is None:
            raise NotSignedIn(
                "The API token is not valid: it was mistyped, has expired or was revoked. "
                "`jurax admin token NAME --role learner` makes a new one."
            )
        person, token = owner
        if missing := _wanted(request, wanted) - set(token.scopes):
            raise ScopeMissing(
                f"This API token may not do this; it lacks: {', '.join(sorted(missing))}. Make one "
                "that may on the account page."
            )
        request.state.api_token = token
        return person
    return await _of_cookie(request, database)


def _wanted(request: Request, named: SecurityScopes) -> set[str]:
    """The scopes that a token needs. Where an endpoint names none, reading wants one that reads,
    and anything else one that may do everything."""
    if named.scopes:
        return set(named.scopes)
    return {Scope.READ} if request.method in ("GET", "HEAD") else set(ALL_SCOPES)


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


# The same, for tokens that are made for this.
Submitter = Annotated[Person, Security(signed_in, scopes=[Scope.SUBMIT])]
AccountHolder = Annotated[Person, Security(signed_in, scopes=[Scope.ACCOUNT])]


async def token_of(request: Request) -> ApiToken | None:
    """The API token by which somebody asks; None in a browser. After one of the above."""
    return getattr(request.state, "api_token", None)


ByToken = Annotated[ApiToken | None, Depends(token_of)]


async def session_of(request: Request) -> bytes | None:
    """The hash of the session's token in a browser; None for who asks by an API token."""
    token = request.cookies.get(cookie_name(request.app.state.settings))
    return None if token is None or "authorization" in request.headers else token_hash(token)


BySession = Annotated[bytes | None, Depends(session_of)]


async def admin(person: Annotated[Person, Security(signed_in, scopes=[Scope.ADMIN])]) -> Person:
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


async def in_browser(person: SignedIn, session_hash: BySession) -> Browser:
    """Who is asking, signed in in a browser. What a person alone decides, no API token may."""
    if session_hash is None:
        raise Forbidden("This is done on the account page, in a browser that is signed in.")
    return Browser(person, session_hash)


InBrowser = Annotated[Browser, Depends(in_browser)]
