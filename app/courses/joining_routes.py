"""Endpoints of join codes."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.accounts.dependencies import Submitter
from app.accounts.entrance import host_of
from app.courses import joining
from app.courses.access import Teacher
from app.courses.routes import CHANGING
from app.courses.schemas import CourseView, FreshJoinCode, JoinCode
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooManyTries,
    TooSlow,
    documented,
)

router = APIRouter(prefix="/api/v1", tags=["courses"])


@router.post(
    "/me/courses",
    responses=documented(
        NotSignedIn,
        ScopeMissing,
        CrossSiteRequest,
        Forbidden,
        NotFound,
        TooManyTries,
        TooLarge,
        TooSlow,
    ),
)
async def join_course(
    body: JoinCode, request: Request, database: DatabaseDep, person: Submitter
) -> CourseView:
    """Join a course by its code. To do that twice is harmless; who was taken out of a course by
    its staff comes back by its staff alone."""
    return await joining.join(database, person, host_of(request), body.code)


@router.post("/courses/{course_id}/join-code", status_code=201, responses=documented(*CHANGING))
async def renew_join_code(request: Request, session: SessionDep, who: Teacher) -> FreshJoinCode:
    """Make a join code. One that there was before enrols nobody any more."""
    return await joining.renew_code(session, request.app.state.settings, who)


@router.delete("/courses/{course_id}/join-code", status_code=204, responses=documented(*CHANGING))
async def switch_join_code_off(session: SessionDep, who: Teacher) -> None:
    """Let no code enrol anybody any more."""
    await joining.switch_code_off(session, who)
