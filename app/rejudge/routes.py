"""Endpoints of a course's rejudges."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from app.courses.access import Observer, Teacher
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    documented,
)
from app.rejudge import decisions, service, versions
from app.rejudge.errors import AlreadyDecided, OutcomeChanged, StillJudging
from app.rejudge.schemas import (
    CourseVersions,
    Outcome,
    OutdatedPage,
    RejudgeApply,
    RejudgeCreate,
    RejudgeDetail,
    RejudgePage,
    RejudgePreview,
    RejudgeView,
)

router = APIRouter(prefix="/api/v1/courses/{course_id}/rejudges", tags=["rejudges"])

_READS = (NotSignedIn, ScopeMissing, Forbidden, NotFound)
_CHANGES = (*_READS, CrossSiteRequest)

After = Annotated[uuid.UUID | None, Query(description="`next` of a page")]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": RejudgePreview, "description": "What would be judged, for a dry run"},
        **documented(*_CHANGES, Invalid),
    },
)
async def create(
    body: RejudgeCreate,
    within: Teacher,
    session: SessionDep,
    database: DatabaseDep,
    background: BackgroundTasks,
    response: Response,
) -> RejudgeView | RejudgePreview:
    """Judge submissions once more. Nothing counts until it is applied, and learners do not wait
    for it."""
    if body.dry_run:
        response.status_code = 200
        return await service.preview(session, within, body)
    view = await service.create(session, within, body)
    response.headers["Location"] = f"/api/v1/courses/{within.course.id}/rejudges/{view.id}"
    # After the commit: what is not stored nobody can judge.
    background.add_task(service.queue_all, database, view.id)
    return view


@router.get("", responses=documented(*_READS))
async def list_rejudges(
    within: Observer, session: SessionDep, after: After = None, limit: Limit = 20
) -> RejudgePage:
    """The course's rejudges, the newest first."""
    return await service.page(session, within, after, limit)


@router.get("/versions", responses=documented(*_READS))
async def list_versions(within: Observer, session: SessionDep) -> CourseVersions:
    """The problems of the course's assignments: the versions that can judge them, and how many
    submissions were judged by another than is pinned now."""
    return await versions.list_versions(session, within)


@router.get("/outdated", responses=documented(*_READS))
async def list_outdated(
    within: Observer,
    session: SessionDep,
    problem_id: uuid.UUID | None = None,
    after: After = None,
    limit: Limit = 20,
) -> OutdatedPage:
    """Submissions that were judged by another version than their assignment pins now."""
    return await versions.list_outdated(session, within, problem_id, after, limit)


@router.get("/{rejudge_id}", responses=documented(*_READS))
async def get(rejudge_id: uuid.UUID, within: Observer, session: SessionDep) -> RejudgeDetail:
    """A rejudge: how far it is, and what the judge failed on."""
    return await service.get(session, within, rejudge_id)


@router.get("/{rejudge_id}/outcome", responses=documented(*_READS, AlreadyDecided))
async def outcome(
    rejudge_id: uuid.UUID, within: Observer, session: SessionDep, nobody_loses: bool = False
) -> Outcome:
    """Who would gain and who would lose, late penalties and points set by hand included."""
    return await service.outcome_of(session, within, rejudge_id, nobody_loses=nobody_loses)


@router.post("/{rejudge_id}/retry", responses=documented(*_CHANGES, Invalid, AlreadyDecided))
async def retry(
    rejudge_id: uuid.UUID,
    within: Teacher,
    session: SessionDep,
    database: DatabaseDep,
    background: BackgroundTasks,
) -> RejudgeDetail:
    """Judge again what the judge failed on."""
    view = await service.retry(session, within, rejudge_id)
    background.add_task(service.queue_all, database, rejudge_id)
    return view


@router.post(
    "/{rejudge_id}/apply",
    responses=documented(*_CHANGES, StillJudging, AlreadyDecided, OutcomeChanged),
)
async def apply(
    rejudge_id: uuid.UUID, body: RejudgeApply, within: Teacher, session: SessionDep
) -> RejudgeDetail:
    """Let it count, exactly as the outcome was that is named; students are told what changes.
    Where the outcome is another by now, the error's `outcome` is what it would be."""
    return await decisions.apply(session, within, rejudge_id, body)


@router.post("/{rejudge_id}/discard", responses=documented(*_CHANGES, AlreadyDecided))
async def discard(rejudge_id: uuid.UUID, within: Teacher, session: SessionDep) -> RejudgeDetail:
    """Let it never count. What is judged stays readable for staff."""
    return await decisions.discard(session, within, rejudge_id)
