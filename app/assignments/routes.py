"""Endpoints of assignments."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.accounts.dependencies import SignedIn
from app.assignments import problems, service, yours
from app.assignments.schemas import (
    AssignmentChanged,
    AssignmentCreate,
    AssignmentList,
    AssignmentUpdate,
    AssignmentView,
    ProblemVersions,
    YourAssignments,
)
from app.courses.access import Observer, Participant, Teacher
from app.db.session import SessionDep
from app.errors import (
    ChangedMeanwhile,
    CrossSiteRequest,
    Forbidden,
    HasSubmissions,
    NotConfirmed,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooSlow,
    UnknownProblem,
    documented,
)

router = APIRouter(prefix="/api/v1", tags=["assignments"])
_ASSIGNMENTS = "/courses/{course_id}/assignments"

READING = (NotSignedIn, ScopeMissing, NotFound)
CHANGING = (*READING, Forbidden, CrossSiteRequest)
SENDING = (*CHANGING, TooLarge, TooSlow)

DryRun = Annotated[bool, Query(description="only tell what it would do, and to how many")]
ProblemSlug = Annotated[
    str, Query(max_length=100, pattern="^[a-z0-9]+(-[a-z0-9]+)*$", description="its slug")
]


@router.get("/me/assignments", responses=documented(NotSignedIn, ScopeMissing))
async def list_yours(session: SessionDep, person: SignedIn) -> YourAssignments:
    """All that is set for you in the courses that go on: when it is due for you, how many attempts
    you have left, and your points once you may see them."""
    return await yours.everything(session, person)


@router.get(_ASSIGNMENTS, responses=documented(*READING))
async def list_assignments(session: SessionDep, who: Participant) -> AssignmentList:
    """The assignments of a course, in order; to students those that are listed."""
    return await service.list_assignments(session, who)


@router.post(
    _ASSIGNMENTS,
    status_code=201,
    responses=documented(*SENDING, UnknownProblem),
)
async def create(
    body: AssignmentCreate, session: SessionDep, who: Teacher, response: Response
) -> AssignmentView:
    """Make an assignment, the last of its course."""
    made = await service.create(session, who, body)
    response.headers["Location"] = f"/api/v1/courses/{who.course.id}/assignments/{made.id}"
    return made


@router.get(f"{_ASSIGNMENTS}/{{assignment_id}}", responses=documented(*READING))
async def get(assignment_id: uuid.UUID, session: SessionDep, who: Participant) -> AssignmentView:
    """An assignment."""
    return await service.get(session, who, assignment_id)


@router.patch(
    f"{_ASSIGNMENTS}/{{assignment_id}}",
    responses=documented(*SENDING, UnknownProblem, ChangedMeanwhile, HasSubmissions),
)
async def update(
    assignment_id: uuid.UUID,
    body: AssignmentUpdate,
    session: SessionDep,
    who: Teacher,
    dry_run: DryRun = False,
) -> AssignmentChanged:
    """Change what is given of an assignment; grades follow. `effect` says how many students gain
    and lose points by it."""
    return await service.update(session, who, assignment_id, body, dry_run=dry_run)


@router.delete(
    f"{_ASSIGNMENTS}/{{assignment_id}}",
    status_code=204,
    responses=documented(*CHANGING, NotConfirmed),
)
async def delete(
    assignment_id: uuid.UUID,
    session: SessionDep,
    who: Teacher,
    confirmation: Annotated[
        str, Query(max_length=200, description="its title, needed where there are submissions")
    ] = "",
) -> None:
    """Delete an assignment with its grades. Submissions to it stay with their people, as
    practice."""
    await service.delete(session, who, assignment_id, confirmation)


@router.get(
    "/courses/{course_id}/problem-versions",
    responses=documented(*READING, Forbidden, UnknownProblem),
)
async def list_versions(
    problem: ProblemSlug, session: SessionDep, _who: Observer
) -> ProblemVersions:
    """The versions of a problem that an assignment can pin, the latest first."""
    return await problems.list_versions(session, problem)
