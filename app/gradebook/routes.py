"""Endpoints of the gradebook for those who read and grade."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.courses.access import Grader, Observer, Teacher
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    ChangedMeanwhile,
    CrossSiteRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooManyOpen,
    TooSlow,
    documented,
)
from app.gradebook import adjustments, cell, live, log, publishing, service, statistics
from app.gradebook.cell_schemas import (
    AdjustmentPut,
    AdjustmentRemove,
    AdjustmentView,
    CellView,
    Reason,
    Version,
)
from app.gradebook.dependencies import (
    MOST_ENTRIES,
    MOST_ROWS,
    ChoiceDep,
    OneAssignment,
    Reveal,
)
from app.gradebook.schemas import (
    MOST_STUDENTS,
    AssignmentStatistics,
    GradebookView,
    LogPage,
    PublicationView,
)
from app.gradebook.sheet import shown_assignments
from app.submissions.routes import NotificationsDep

router = APIRouter(prefix="/api/v1/courses/{course_id}/gradebook", tags=["gradebook"])

_READ = (NotSignedIn, ScopeMissing, Forbidden, NotFound)
_CHANGE = (*_READ, CrossSiteRequest)


@router.get("", response_model=GradebookView, responses=documented(*_READ))
async def read(
    who: Observer,
    session: SessionDep,
    choice: ChoiceDep,
    assignment: OneAssignment = None,
    reveal: Reveal = False,
    offset: Annotated[int, Query(ge=0, le=MOST_ROWS)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_STUDENTS)] = MOST_STUDENTS,
) -> Response:
    """The students of a course and what they have earned."""
    view = await service.view(
        session, who, assignment, choice, reveal=reveal, offset=offset, limit=limit
    )
    # Written by the model itself: FastAPI would check each of many thousand cells once more.
    return Response(view.model_dump_json(), media_type="application/json")


async def _readable(
    who: Observer,
    database: DatabaseDep,
    notifications: NotificationsDep,
    assignment: OneAssignment = None,
    reveal: Reveal = False,
) -> uuid.UUID | None:
    """Refuses before a stream begins: in the middle of one there is no status to answer with."""
    async with database.session() as session:
        await shown_assignments(session, who, assignment, reveal=reveal)
    notifications.require_place(who.person.id)
    return assignment


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses=documented(*_READ, TooManyOpen),
)
async def follow(
    who: Observer,
    database: DatabaseDep,
    notifications: NotificationsDep,
    assignment: Annotated[uuid.UUID | None, Depends(_readable)],
    reveal: Reveal = False,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `reload` first and whenever the gradebook is to be read again, `cells`
    with the cells that changed since."""
    async for event in live.stream(
        database, notifications, who.person, who.course.id, assignment, reveal=reveal
    ):
        yield event


@router.get("/log", responses=documented(*_READ))
async def read_log(
    who: Observer,
    session: SessionDep,
    before: Annotated[
        int | None, Query(ge=1, le=MOST_ENTRIES, description="`next` of a page")
    ] = None,
    student: Annotated[uuid.UUID | None, Query(description="only what is about them")] = None,
    problem: Annotated[uuid.UUID | None, Query(description="only what is about it")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LogPage:
    """What was done to grades, the newest first. Nobody can change it."""
    return await log.page(
        session, who, before=before, student_id=student, problem_id=problem, limit=limit
    )


@router.get("/assignments/{assignment_id}/statistics", responses=documented(*_READ))
async def read_statistics(
    assignment_id: uuid.UUID, who: Observer, session: SessionDep
) -> AssignmentStatistics:
    """How the problems of an assignment went."""
    return await statistics.of_assignment(session, who, assignment_id)


@router.put("/assignments/{assignment_id}/publication", responses=documented(*_CHANGE))
async def publish(assignment_id: uuid.UUID, who: Teacher, session: SessionDep) -> PublicationView:
    """Publish the grades of an assignment; its students are told."""
    return await publishing.publish(session, who, assignment_id)


@router.delete("/assignments/{assignment_id}/publication", responses=documented(*_CHANGE))
async def unpublish(assignment_id: uuid.UUID, who: Teacher, session: SessionDep) -> PublicationView:
    """Take the grades of an assignment back; its students are told."""
    return await publishing.unpublish(session, who, assignment_id)


@router.get("/{problem_id}/{student_id}", responses=documented(*_READ))
async def read_cell(
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    who: Observer,
    session: SessionDep,
    reveal: Reveal = False,
) -> CellView:
    """A student's submissions to a problem, what each earns and why."""
    return await cell.view(session, who, problem_id, student_id, reveal=reveal)


@router.put(
    "/{problem_id}/{student_id}/adjustment",
    responses=documented(*_CHANGE, ChangedMeanwhile, TooLarge, TooSlow),
)
async def adjust(
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    body: AdjustmentPut,
    who: Grader,
    session: SessionDep,
    reveal: Reveal = False,
) -> AdjustmentView:
    """Set a student's points by hand, with a reason."""
    return await adjustments.adjust(session, who, problem_id, student_id, body, reveal=reveal)


@router.delete(
    "/{problem_id}/{student_id}/adjustment",
    status_code=204,
    responses=documented(*_CHANGE, ChangedMeanwhile),
)
async def remove_adjustment(
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    who: Grader,
    session: SessionDep,
    version: Annotated[Version, Query()],
    reason: Annotated[Reason, Query(description="why")],
    reveal: Reveal = False,
) -> None:
    """Let the points earned count again."""
    removal = AdjustmentRemove(version=version, reason=reason)
    await adjustments.remove(session, who, problem_id, student_id, removal, reveal=reveal)
