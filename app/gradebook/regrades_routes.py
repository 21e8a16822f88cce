"""Endpoints of questions about grades."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from app.courses.access import Grader, Member, Participant
from app.db.session import SessionDep
from app.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    ChangedMeanwhile,
    CrossSiteRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooSlow,
    documented,
)
from app.gradebook import regrades
from app.gradebook.regrades_schemas import (
    RegradeAnswer,
    RegradeCreate,
    RegradePage,
    RegradeState,
    RegradeView,
)

router = APIRouter(prefix="/api/v1/courses/{course_id}/regrades", tags=["regrades"])

_READ = (NotSignedIn, ScopeMissing, NotFound)
_CHANGE = (*_READ, Forbidden, CrossSiteRequest)
_BODY = (TooLarge, TooSlow)


@router.get("", responses=documented(*_READ))
async def list_regrades(
    who: Participant,
    session: SessionDep,
    state: RegradeState = RegradeState.ALL,
    problem: Annotated[uuid.UUID | None, Query(description="only about this problem")] = None,
    after: Annotated[uuid.UUID | None, Query(description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> RegradePage:
    """Questions about grades, the newest first: everybody's for staff, else yours."""
    return await regrades.page(
        session, who, state=state, problem_id=problem, after=after, limit=limit
    )


@router.post("", status_code=201, responses=documented(*_CHANGE, AlreadyAsked, *_BODY))
async def ask(body: RegradeCreate, who: Member, session: SessionDep) -> RegradeView:
    """Ask about your grade of a problem, once it is published. One question at a time."""
    return await regrades.ask(session, who, body.problem_id, body.text)


@router.get("/{regrade_id}", responses=documented(*_READ))
async def get(regrade_id: uuid.UUID, who: Participant, session: SessionDep) -> RegradeView:
    """A question and its answer."""
    return await regrades.get(session, who, regrade_id)


@router.post(
    "/{regrade_id}/answer",
    responses=documented(*_CHANGE, AlreadyAnswered, ChangedMeanwhile, *_BODY),
)
async def answer(
    regrade_id: uuid.UUID, body: RegradeAnswer, who: Grader, session: SessionDep
) -> RegradeView:
    """Answer a question; with points, set them as well. The student is told."""
    return await regrades.answer(session, who, regrade_id, body)


@router.delete("/{regrade_id}", status_code=204, responses=documented(*_CHANGE, AlreadyAnswered))
async def take_back(regrade_id: uuid.UUID, who: Member, session: SessionDep) -> None:
    """Take a question of yours back that nobody has answered."""
    await regrades.take_back(session, who, regrade_id)
