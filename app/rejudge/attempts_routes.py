"""Endpoints of what was ever judged of a submission."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.accounts.dependencies import SignedIn
from app.db.session import SessionDep
from app.errors import NotFound, NotSignedIn, ScopeMissing, documented
from app.rejudge import attempts
from app.rejudge.attempts_schemas import AttemptList, AttemptView

router = APIRouter(prefix="/api/v1/submissions/{submission_id}/attempts", tags=["submissions"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="from 1")]


@router.get("", responses=documented(NotSignedIn, ScopeMissing, NotFound))
async def list_attempts(
    submission_id: uuid.UUID, session: SessionDep, person: SignedIn
) -> AttemptList:
    """All that was judged of a submission, the latest first: more than once where it was judged
    again."""
    return await attempts.list_attempts(session, person, submission_id)


@router.get(
    "/{number}",
    response_model=AttemptView,
    responses=documented(NotSignedIn, ScopeMissing, NotFound),
)
async def get_attempt(
    submission_id: uuid.UUID, number: Number, session: SessionDep, person: SignedIn
) -> Response:
    """One judging of a submission with its report."""
    view = await attempts.get_attempt(session, person, submission_id, number)
    # Written by the model itself, as a submission is: numbers that are not finite are strings.
    return Response(view.model_dump_json(), media_type="application/json")
