"""Endpoints of signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from app.accounts import service
from app.accounts.cookies import clear_session_cookie, cookie_name, set_session_cookie
from app.accounts.dependencies import SignedIn
from app.accounts.schemas import PersonView
from app.db.session import SessionDep
from app.errors import Forbidden, NotSignedIn, documented
from app.settings import Settings

router = APIRouter(tags=["accounts"])


@router.get("/api/v1/me", responses=documented(NotSignedIn))
async def me(person: SignedIn) -> PersonView:
    """Who is asking."""
    return PersonView.model_validate(person)


@router.get(
    "/signin",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(Forbidden),
    include_in_schema=False,
)
async def sign_in(
    request: Request, session: SessionDep, token: Annotated[str, Query(max_length=200)]
) -> RedirectResponse:
    """Use a sign-in link up and go to the front page."""
    settings: Settings = request.app.state.settings
    session_token = await service.sign_in(session, token, settings.session_days)
    if session_token is None:
        raise Forbidden(
            "This sign-in link was used before, has expired, or is not complete. Ask for a new "
            "one; on the machine of the service, `jurax signin-link` prints one."
        )
    response = RedirectResponse("/", status_code=303)
    # The address holds the token: it must not travel on as a referrer, nor stay in a cache.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    set_session_cookie(response, session_token, settings)
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
