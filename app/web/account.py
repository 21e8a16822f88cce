"""Pages of signing in, and of what is a person's own: password and API tokens."""

from __future__ import annotations

import uuid
from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts import oidc, own_data, password_sign_in, service, sessions
from app.accounts.cookies import clear_session_cookie
from app.accounts.dependencies import (
    AccountHolder,
    ByToken,
    InBrowser,
    MaybePerson,
    SignedIn,
    session_of,
)
from app.accounts.entrance import SignInWay, enter, host_of, note_failure
from app.accounts.oidc_visits import MAX_PATH, safe_path
from app.accounts.presence import require_recent_sign_in
from app.accounts.throttle import counted
from app.db.engine import Database
from app.db.session import DatabaseDep, SessionDep
from app.errors import Forbidden
from app.models import Person
from app.roles import Scope
from app.settings import Settings
from app.web.signin import sign_in_page
from app.web.templating import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Password = Annotated[str, Form(min_length=1, max_length=1000)]
Address = Annotated[str, Form(min_length=1, max_length=254)]


# What a token may do, in words; those that are ticked at first are enough for `jurax submit`.
_SCOPES = (
    (Scope.READ, "read problems and what is yours", True),
    (Scope.SUBMIT, "submit and ask for hints", True),
    (Scope.TEACH, "teach and grade, in courses where you do", False),
    (Scope.ACCOUNT, "look after your tokens and sessions", False),
    (Scope.ADMIN, "do what admins may, where you are one", False),
)


@router.get("/signin/help")
async def how_to_sign_in(
    request: Request,
    person: MaybePerson,
    next_path: Annotated[str, Query(alias="next", max_length=MAX_PATH)] = "/",
) -> Response:
    """How to sign in."""
    return sign_in_page(request, person=person, next_path=next_path)


@router.post("/signin")
async def sign_in(
    request: Request,
    database: DatabaseDep,
    email: Address,
    password: Password,
    next_path: Annotated[str, Form(alias="next", max_length=MAX_PATH)] = "/",
) -> Response:
    """Sign in by address and password and go on."""
    settings: Settings = request.app.state.settings
    try:
        async with counted(database, host_of(request), settings.max_failed_sign_ins, email):
            outcome = await password_sign_in.sign_in(
                database, email, password, settings.session_days
            )
            if outcome.token is None:
                await note_failure(request, database, SignInWay.PASSWORD, outcome.person_id)
                raise Forbidden("Nobody has this e-mail address and this password.")
    except Forbidden as error:
        return sign_in_page(
            request, status=403, email=email, failed=error.detail, next_path=next_path
        )
    return await enter(request, database, outcome.token, SignInWay.PASSWORD, safe_path(next_path))


@router.get("/account")
async def account_page(request: Request, session: SessionDep, person: AccountHolder) -> Response:
    """Who is signed in, their API tokens, and a way to another."""
    return await _account(request, session, person)


@router.post("/account/password")
async def change_password(
    request: Request,
    database: DatabaseDep,
    browser: InBrowser,
    new: Password,
    current: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set or change the reader's password; every other browser is signed out."""
    async with _guarded(request, database, browser.person):
        if browser.person.password_hash is None:
            # It would be the password by which all else is allowed.
            await require_recent_sign_in(database, browser, "set a password")
        await password_sign_in.change_password(
            database, browser.person, current, new, browser.session_hash
        )
    return RedirectResponse("/account#password", status_code=303)


@router.post("/account/tokens")
async def create_token(
    request: Request,
    session: SessionDep,
    person: SignedIn,
    within: ByToken,
    name: Annotated[str, Form(min_length=1, max_length=60)],
    scopes: Annotated[list[Scope], Form(min_length=1, max_length=len(Scope))],
    days: Annotated[int, Form(ge=1, le=366)] = 90,
) -> Response:
    """A fresh API token, shown this once."""
    token = await service.create_api_token(
        session, person, name, scopes=set(scopes), days=days, within=within
    )
    return await _account(request, session, person, token)


@router.post("/account/tokens/{token_id}/revoke")
async def revoke_token(token_id: uuid.UUID, session: SessionDep, person: SignedIn) -> Response:
    """Revoke one of the reader's tokens: what sends it is a stranger from now on."""
    await service.revoke_api_token(session, person, token_id)
    return RedirectResponse("/account#tokens", status_code=303)


@router.post("/account/sessions/{session_id}/end")
async def end_session(session_id: uuid.UUID, session: SessionDep, browser: InBrowser) -> Response:
    """Sign one of the reader's browsers out."""
    await sessions.end_session(session, browser.person, session_id)
    return RedirectResponse("/account#sessions", status_code=303)


@router.post("/account/sessions/end-others")
async def end_other_sessions(session: SessionDep, browser: InBrowser) -> Response:
    """Sign every browser of the reader's out but this one."""
    await sessions.end_other_sessions(session, browser.person, browser.session_hash)
    return RedirectResponse("/account#sessions", status_code=303)


@router.post("/account/delete")
async def delete_account(
    request: Request,
    database: DatabaseDep,
    browser: InBrowser,
    current: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Delete the reader's account with all that is theirs."""
    async with _guarded(request, database, browser.person):
        await own_data.delete_account(database, browser, current)
    answer = RedirectResponse("/", status_code=303)
    clear_session_cookie(answer, request.app.state.settings)
    return answer


def _guarded(
    request: Request, database: Database, person: Person
) -> AbstractAsyncContextManager[None]:
    """Around what asks for the password again: who has found an open browser may not guess it."""
    limit = request.app.state.settings.max_failed_sign_ins
    return counted(database, host_of(request), limit, person.email)


async def _account(
    request: Request, session: SessionDep, person: Person, token: str | None = None
) -> Response:
    settings: Settings = request.app.state.settings
    return page(
        request,
        "account.html",
        person=person,
        section="account",
        token=token,
        tokens=await service.api_tokens(session, person),
        scopes=_SCOPES,
        sessions=await sessions.list_sessions(session, person, await session_of(request)),
        identities=await oidc.list_identities(session, settings, person),
        provider=settings.oidc_name if settings.oidc_issuer is not None else None,
    )
