"""Endpoints of a person's notices."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from app.accounts.dependencies import AccountHolder, SignedIn
from app.courses import notices
from app.courses.notices_schemas import NoticePage, NoticesRead, NoticeView
from app.db.session import SessionDep
from app.errors import CrossSiteRequest, NotFound, NotSignedIn, ScopeMissing, documented

router = APIRouter(prefix="/api/v1/me/notices", tags=["notices"])


@router.get("", responses=documented(NotSignedIn, ScopeMissing, NotFound))
async def list_notices(
    session: SessionDep,
    person: SignedIn,
    unread: Annotated[bool, Query(description="only those not read")] = False,
    after: Annotated[uuid.UUID | None, Query(description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> NoticePage:
    """What you are told of, the newest first."""
    return await notices.page(session, person, unread=unread, after=after, limit=limit)


@router.post("/read", responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest))
async def read_all(session: SessionDep, person: AccountHolder) -> NoticesRead:
    """Mark all your notices as read."""
    return await notices.mark_all_read(session, person)


@router.post(
    "/{notice_id}/read", responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest, NotFound)
)
async def read_one(notice_id: uuid.UUID, session: SessionDep, person: AccountHolder) -> NoticeView:
    """Mark a notice as read."""
    return await notices.mark_read(session, person, notice_id)
