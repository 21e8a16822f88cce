"""The answer to who has just signed in: to the front page, with a session of their own."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse

from app.accounts import service
from app.accounts.cookies import cookie_name, set_session_cookie
from app.accounts.sessions import note_browser
from app.db.engine import Database
from app.settings import Settings


async def enter(request: Request, database: Database, token: str) -> RedirectResponse:
    """Let the browser keep a fresh session's token; the session that it had before ends."""
    settings: Settings = request.app.state.settings
    async with database.session() as session:
        await note_browser(session, token, request.headers.get("user-agent", ""))
    if before := request.cookies.get(cookie_name(settings)):
        async with database.session() as session:
            await service.sign_out(session, before)
    response = RedirectResponse("/", status_code=303)
    set_session_cookie(response, token, settings)
    return response
