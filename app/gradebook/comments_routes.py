"""Endpoints of comments on programs."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Security

from app.accounts.dependencies import SignedIn, signed_in
from app.db.session import SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    NotFound,
    NothingLeft,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooSlow,
    documented,
)
from app.gradebook import comments
from app.gradebook.comments_schemas import (
    CommentChange,
    CommentCreate,
    CommentList,
    CommentView,
)
from app.models import Person
from app.roles import Scope

router = APIRouter(prefix="/api/v1/submissions/{submission_id}/comments", tags=["comments"])

# Which course it is only the submission says, so the service asks what the person may do there.
GraderOfSomething = Annotated[Person, Security(signed_in, scopes=[Scope.TEACH])]

_ERRORS = (NotSignedIn, ScopeMissing, Forbidden, CrossSiteRequest, NotFound)


@router.get("", responses=documented(NotSignedIn, ScopeMissing, NotFound))
async def list_comments(
    submission_id: uuid.UUID, session: SessionDep, person: SignedIn
) -> CommentList:
    """The comments on a submission. Whose it is sees them once grades are published or where
    feedback is given at once."""
    return await comments.list_comments(session, person, submission_id)


@router.post("", status_code=201, responses=documented(*_ERRORS, NothingLeft, TooLarge, TooSlow))
async def write(
    submission_id: uuid.UUID, body: CommentCreate, session: SessionDep, person: GraderOfSomething
) -> CommentView:
    """Comment on a line of a submission, or on all of it. For those who grade."""
    return await comments.write(session, person, submission_id, body.line, body.text)


@router.patch("/{comment_id}", responses=documented(*_ERRORS, TooLarge, TooSlow))
async def change(
    submission_id: uuid.UUID,
    comment_id: uuid.UUID,
    body: CommentChange,
    session: SessionDep,
    person: GraderOfSomething,
) -> CommentView:
    """Change what a comment of yours says."""
    return await comments.change(session, person, submission_id, comment_id, body.text)


@router.delete("/{comment_id}", status_code=204, responses=documented(*_ERRORS))
async def delete(
    submission_id: uuid.UUID, comment_id: uuid.UUID, session: SessionDep, person: GraderOfSomething
) -> None:
    """Delete a comment: yours or, where you teach the course, anybody's."""
    await comments.delete(session, person, submission_id, comment_id)
