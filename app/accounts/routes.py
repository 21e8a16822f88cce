"""Endpoints of signing in and out."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import RedirectResponse

from app.accounts import audit, joining, service
from app.accounts.cookies import clear_session_cookie, cookie_name
from app.accounts.dependencies import Admin, SignedIn
from app.accounts.entrance import SignInWay, enter, host_of, note_failure
from app.accounts.mail import send_or_log
from app.accounts.schemas import AuditPage, InvitationCreate, InvitationView, PersonView
from app.accounts.throttle import counted
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    AddressTaken,
    CrossSiteRequest,
    Forbidden,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooSlow,
    documented,
)
from app.models import AuditKind
from app.settings import Settings

router = APIRouter(tags=["accounts"])


@router.get("/api/v1/me", responses=documented(NotSignedIn, ScopeMissing))
async def me(person: SignedIn) -> PersonView:
    """Who is asking."""
    return PersonView.model_validate(person)


@router.post(
    "/api/v1/invitations",
    status_code=201,
    responses=documented(NotSignedIn, Forbidden, ScopeMissing, AddressTaken, TooLarge, TooSlow),
)
async def invite(
    body: InvitationCreate,
    request: Request,
    session: SessionDep,
    admin: Admin,
    background: BackgroundTasks,
) -> InvitationView:
    """Invite whoever has an address. The answer has the link, which is mailed too where
    a mail server is set."""
    settings: Settings = request.app.state.settings
    invitation = await joining.invite(session, settings, body.email, body.role, admin)
    sent = settings.smtp_url is not None
    if sent:
        background.add_task(send_or_log, settings, invitation.mail)
    return InvitationView(email=invitation.email, role=body.role, url=invitation.url, sent=sent)


# The largest number of an entry that the database can hold.
_MAX_ENTRY = 2**63 - 1


@router.get("/api/v1/audit", responses=documented(NotSignedIn, Forbidden, ScopeMissing))
async def read_audit_log(
    session: SessionDep,
    _admin: Admin,
    before: Annotated[
        int | None, Query(ge=1, le=_MAX_ENTRY, description="`next` of a page")
    ] = None,
    person: Annotated[uuid.UUID | None, Query(description="only what is about them")] = None,
    kind: Annotated[AuditKind | None, Query(description="only what is of this kind")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """What happened to accounts, the newest first."""
    return await audit.read_page(session, before, person, kind, limit)


@router.get(
    "/signin",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(Forbidden),
    include_in_schema=False,
)
async def sign_in(
    request: Request, database: DatabaseDep, token: Annotated[str, Query(max_length=200)]
) -> RedirectResponse:
    """Use a sign-in link up and go to the front page."""
    settings: Settings = request.app.state.settings
    _refuse_what_no_person_does(request)
    async with counted(database, host_of(request), settings.max_failed_sign_ins):
        async with database.session() as session:
            session_token = await service.sign_in(session, token, settings.session_days)
        if session_token is None:
            await note_failure(request, database, SignInWay.LINK, None)
            raise Forbidden(
                "This sign-in link was used before, has expired, or is not complete. Ask for a "
                "new one; on the machine of the service, `jurax signin-link` prints one."
            )
    response = await enter(request, database, session_token, SignInWay.LINK)
    # The address holds the token: it must not travel on as a referrer, nor stay in a cache.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/signout", status_code=303, response_class=RedirectResponse, include_in_schema=False)
async def sign_out(request: Request, session: SessionDep) -> RedirectResponse:
    """End the session of this browser and go to the front page."""
    settings: Settings = request.app.state.settings
    if token := request.cookies.get(cookie_name(settings)):
        await service.sign_out(session, token)
    response = RedirectResponse("/", status_code=303)
    clear_session_cookie(response, settings)
    return response


def _refuse_what_no_person_does(request: Request) -> None:
    """A page of another site may load this address as an image, or may send a browser that is
    signed in here through a link of its author's, whose account the visitor would then work in."""
    if request.headers.get("sec-fetch-dest", "document") != "document":
        raise CrossSiteRequest("Open a sign-in link in a window of its own.")
    elsewhere = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if elsewhere and cookie_name(request.app.state.settings) in request.cookies:
        raise CrossSiteRequest(
            "A page of another site led you here while this browser is signed in already. Sign "
            "out first, or copy the link into the address bar."
        )
