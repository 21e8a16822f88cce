"""The answer to who has just signed in: on to where they wanted, with a session of their own."""

from __future__ import annotations

import uuid
from enum import StrEnum

from fastapi import Request
from fastapi.responses import RedirectResponse

from app.accounts import service
from app.accounts.audit import record
from app.accounts.cookies import cookie_name, set_session_cookie
from app.accounts.sessions import note_sign_in
from app.accounts.throttle import network_of_host
from app.db.engine import Database
from app.models import AuditKind
from app.settings import Settings


class SignInWay(StrEnum):
    """How somebody got in."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105
    JOINED = "joined"
    NEW_PASSWORD = "new_password"  # noqa: S105
    OIDC = "oidc"


async def enter(
    request: Request, database: Database, token: str, way: SignInWay, next_path: str = "/"
) -> RedirectResponse:
    """Let the browser keep a fresh session's token; the session that it had before ends.
    ``next_path`` is a path of ours."""
    settings: Settings = request.app.state.settings
    async with database.session() as session:
        agent = request.headers.get("user-agent", "")
        await note_sign_in(session, token, way.value, agent, network_of(request))
    if before := request.cookies.get(cookie_name(settings)):
        async with database.session() as session:
            await service.sign_out(session, before)
    response = RedirectResponse(next_path, status_code=303)
    set_session_cookie(response, token, settings)
    return response


async def note_failure(
    request: Request, database: Database, way: SignInWay, person_id: uuid.UUID | None
) -> None:
    """Log a try to sign in that failed: what was tried is not kept."""
    async with database.session() as session:
        await record(
            session,
            AuditKind.SIGN_IN_FAILED,
            person_id=person_id,
            actor_id=None,
            way=way.value,
            network=network_of(request),
        )


def network_of(request: Request) -> str:
    """From where somebody asks, as exactly as tries are counted."""
    return network_of_host(host_of(request))


def host_of(request: Request) -> str | None:
    """The address of who asks, where there is one."""
    return request.client.host if request.client else None
