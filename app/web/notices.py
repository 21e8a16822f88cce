"""Pages of notices: the bell in every page's header, and the list behind it."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts.dependencies import SignedIn
from app.courses import notices
from app.db.session import SessionDep
from app.web.templating import page

router = APIRouter(prefix="/notices", include_in_schema=False, default_response_class=HTMLResponse)

_AT_ONCE = 30


@router.get("")
async def notices_page(
    request: Request,
    session: SessionDep,
    person: SignedIn,
    after: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """What the reader is told of, the newest first."""
    found = await notices.page(session, person, unread=False, after=after, limit=_AT_ONCE)
    return page(
        request,
        "notices/notices.html",
        person=person,
        section="notices",
        found=found,
        first=after is None,
    )


@router.get("/bell")
async def bell(request: Request, session: SessionDep, person: SignedIn) -> Response:
    """The bell, with how many notices were not read."""
    unread = await notices.count_unread(session, person)
    return page(request, "notices/bell.html", person=person, unread=unread)


@router.post("/read")
async def read_all(session: SessionDep, person: SignedIn) -> Response:
    """Mark all as read."""
    await notices.mark_all_read(session, person)
    return RedirectResponse("/notices", status_code=303)


@router.post("/{notice_id}/open")
async def open_one(notice_id: uuid.UUID, session: SessionDep, person: SignedIn) -> Response:
    """Mark a notice as read and go where it leads."""
    notice = await notices.mark_read(session, person, notice_id)
    return RedirectResponse(notice.link or "/notices", status_code=303)
