"""Pages of signing in with an OpenID provider, and of adding such an identity to an account."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from app.accounts import oidc, oidc_visits
from app.accounts.cookies import (
    clear_visit_cookie,
    set_visit_cookie,
    visit_cookie_name,
)
from app.accounts.dependencies import InBrowser, MaybePerson
from app.accounts.entrance import SignInWay, enter, host_of, network_of, note_failure
from app.accounts.mail import Mail, send_or_log
from app.accounts.oidc_guests import Guest, read_guest
from app.accounts.oidc_provider import CALLBACK, Provider, ProviderConfig
from app.accounts.oidc_visits import MAX_PATH, Arrival
from app.accounts.presence import require_presence
from app.accounts.throttle import counted, limited
from app.db.engine import Database
from app.db.session import DatabaseDep, SessionDep
from app.errors import Forbidden, NotFound, ProviderFailed, ServiceError, TooManyTries
from app.models import Person
from app.settings import Settings
from app.web.signin import sign_in_page
from app.web.templating import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

NextPath = Annotated[str, Query(alias="next", max_length=MAX_PATH)]
Parameter = Annotated[str | None, Query(max_length=4000)]

# Nothing can be guessed here: a whole class may change its mind.
_TRIES_FOR_A_PASSWORDS = 10


@router.get("/signin/oidc")
async def leave_to_sign_in(
    request: Request, database: DatabaseDep, person: MaybePerson, next_path: NextPath = "/"
) -> Response:
    """Send a browser to the provider. Who is signed in goes on: nobody's link signs them in as
    somebody else."""
    provider = _provider(request)
    if person is not None:
        return RedirectResponse(oidc_visits.safe_path(next_path), status_code=303)
    try:
        url, secret = await _leave(request, database, provider, next_path, None)
    except ServiceError as error:
        return _failed(request, error, next_path)
    answer = RedirectResponse(url, status_code=303)
    set_visit_cookie(answer, secret, request.app.state.settings, oidc_visits.LIFETIME)
    return answer


@router.get(CALLBACK)
async def come_back(
    request: Request,
    database: DatabaseDep,
    person: MaybePerson,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Parameter = None,
    error: Parameter = None,
    iss: Parameter = None,
) -> Response:
    """Take a browser back from the provider: sign in, or add the identity."""
    settings: Settings = request.app.state.settings
    provider = _provider(request)
    arrival = None
    try:
        async with _limited(request, database):
            if error is not None and not state:
                # Some providers leave it out where they let nobody in.
                raise _cancelled(settings)
            async with database.session() as session:
                secret = request.cookies.get(visit_cookie_name(settings))
                arrival = await oidc_visits.arrive(session, secret, state)
            guest = await _guest(settings, provider, arrival, code, error, iss)
            if arrival.person_id is not None:
                answer = await _add_identity(database, settings, arrival, person, guest)
            else:
                answer = await _sign_in(request, database, settings, arrival, guest)
    except ServiceError as failure:
        if arrival is not None and arrival.person_id is not None:
            raise
        if not isinstance(failure, ProviderFailed | TooManyTries):
            await note_failure(request, database, SignInWay.OIDC, None)
        return _failed(request, failure, arrival.next_path if arrival is not None else "/")
    clear_visit_cookie(answer, settings)
    # The address holds a code: it must not travel on as a referrer.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@router.post("/account/identities")
async def leave_to_add_identity(
    request: Request,
    database: DatabaseDep,
    browser: InBrowser,
    current: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Send who is signed in to the provider to add an identity. By a page that leads on: browsers
    let a form lead to no other site than its own, by our own policy."""
    settings: Settings = request.app.state.settings
    provider = _provider(request)
    async with counted(
        database, host_of(request), settings.max_failed_sign_ins, browser.person.email
    ):
        await require_presence(database, browser, current, "add the identity")
    url, secret = await _leave(request, database, provider, "/account", browser.person.id)
    answer = page(
        request,
        "account/leaving.html",
        person=browser.person,
        provider=settings.oidc_name,
        url=url,
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    set_visit_cookie(answer, secret, settings, oidc_visits.LIFETIME)
    return answer


@router.post("/account/identities/{identity_id}/remove")
async def remove_identity(
    identity_id: uuid.UUID, request: Request, session: SessionDep, browser: InBrowser
) -> Response:
    """Remove one of the reader's identities."""
    await oidc.remove_identity(session, request.app.state.settings, browser.person, identity_id)
    return RedirectResponse("/account#identities", status_code=303)


@asynccontextmanager
async def _limited(request: Request, database: Database) -> AsyncIterator[None]:
    """Around what a browser comes back with. Counted apart from passwords, and not at all where it
    is the provider that failed: its outage must not shut a campus behind one address out."""
    most = _TRIES_FOR_A_PASSWORDS * request.app.state.settings.max_failed_sign_ins
    limits = {f"oidc {network_of(request)}": most}
    failure = None
    async with limited(database, limits, "Too many tries to sign in failed from your network."):
        try:
            yield
        except ProviderFailed as error:
            failure = error
    if failure is not None:
        raise failure


async def _leave(
    request: Request,
    database: Database,
    provider: Provider,
    next_path: str,
    person_id: uuid.UUID | None,
) -> tuple[str, str]:
    """Where the browser goes, and the secret that it keeps meanwhile."""
    secret = request.cookies.get(visit_cookie_name(request.app.state.settings))
    async with database.session() as session:
        departure = await oidc_visits.leave(session, secret, next_path, person_id)
    return await provider.authorization_url(departure), departure.secret


async def _guest(
    settings: Settings,
    provider: Provider,
    arrival: Arrival,
    code: str | None,
    error: str | None,
    issuer: str | None,
) -> Guest:
    """Who came."""
    if error is not None or code is None:
        raise _cancelled(settings)
    departure = arrival.departure
    claims = await provider.who_came(code, issuer, departure.nonce, departure.verifier)
    return read_guest(settings, claims)


def _cancelled(settings: Settings) -> Forbidden:
    """What the provider says went wrong is not repeated: anybody can write it into an address."""
    return Forbidden(
        f"You were not signed in at {settings.oidc_name}: it was cancelled, or you may not use it "
        "for this service."
    )


async def _sign_in(
    request: Request, database: Database, settings: Settings, arrival: Arrival, guest: Guest
) -> Response:
    entry = await oidc.sign_in(database, settings, guest)
    answer = await enter(request, database, entry.token, SignInWay.OIDC, arrival.next_path)
    return _mailing(answer, settings, entry.mail)


async def _add_identity(
    database: Database, settings: Settings, arrival: Arrival, person: Person | None, guest: Guest
) -> Response:
    if person is None or person.id != arrival.person_id:
        raise Forbidden("You are not signed in any more as who wanted to add the identity.")
    mail = await oidc.add_identity(database, settings, person.id, guest)
    answer = RedirectResponse("/account#identities", status_code=303)
    return _mailing(answer, settings, mail)


def _mailing(answer: Response, settings: Settings, mail: Mail | None) -> Response:
    if mail is not None:
        answer.background = BackgroundTask(send_or_log, settings, mail)
    return answer


def _failed(request: Request, error: ServiceError, next_path: str) -> Response:
    return sign_in_page(request, status=error.status, failed=str(error.detail), next_path=next_path)


def _provider(request: Request) -> Provider:
    """The provider that is set, the same one from visit to visit: it keeps what it has read."""
    config = ProviderConfig.of(request.app.state.settings)
    if config is None:
        raise NotFound("This service has no sign-in by another service.")
    held: Provider | None = getattr(request.app.state, "oidc_provider", None)
    if held is None or held.config != config:
        held = request.app.state.oidc_provider = Provider(config)
    return held
