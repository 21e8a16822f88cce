"""Endpoints of submissions."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.accounts.dependencies import SignedIn
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    Invalid,
    KeyReused,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooManyQueued,
    UnknownProblem,
    documented,
)
from app.models import AttemptStatus
from app.submissions import events, service
from app.submissions.notifications import Notifications
from app.submissions.schemas import SubmissionCreate, SubmissionPage, SubmissionView

router = APIRouter(prefix="/api/v1/submissions", tags=["submissions"])


def _notifications(request: Request) -> Notifications:
    notifications: Notifications = request.app.state.notifications
    return notifications


async def _readable(submission_id: uuid.UUID, database: DatabaseDep, person: SignedIn) -> uuid.UUID:
    """The id of a submission that the person may read. Refuses before a stream begins: in the
    middle of one there is no status left to answer with."""
    async with database.session() as session:
        await service.find(session, person, submission_id)
    return submission_id


NotificationsDep = Annotated[Notifications, Depends(_notifications)]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="send again with the same key: judged once"),
]
Wait = Annotated[
    float | None,
    Query(ge=0, le=60, allow_inf_nan=False, description="seconds to wait for the report"),
]


@router.post(
    "",
    status_code=202,
    responses={
        200: {"model": SubmissionView, "description": "The report came within `wait` seconds"},
        **documented(NotSignedIn, UnknownProblem, KeyReused, TooLarge, Invalid, TooManyQueued),
    },
)
async def create(
    body: SubmissionCreate,
    person: SignedIn,
    database: DatabaseDep,
    notifications: NotificationsDep,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    wait: Wait = None,
) -> SubmissionView:
    """Submit a program. With `wait`, answers 200 with the report where it is ready in time."""
    # Its own transaction, ended before the wait: what is not committed nobody can judge.
    async with database.session() as session:
        view = await service.submit(session, person, body.problem, body.source, idempotency_key)
    if wait is not None:
        view = await events.wait_until_done(database, notifications, person, view.id, wait)
        if view.status is AttemptStatus.DONE:
            response.status_code = 200
    response.headers["Location"] = f"/api/v1/submissions/{view.id}"
    return view


@router.get("", responses=documented(NotSignedIn, UnknownProblem, Invalid))
async def list_own(
    session: SessionDep,
    person: SignedIn,
    problem: Annotated[str | None, Query(description="only those of this problem")] = None,
    after: Annotated[str | None, Query(max_length=200, description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SubmissionPage:
    """Your submissions, the newest first."""
    return await service.page(session, person, problem, after, limit)


@router.get("/{submission_id}", responses=documented(NotSignedIn, NotFound))
async def get(
    submission_id: uuid.UUID,
    person: SignedIn,
    database: DatabaseDep,
    notifications: NotificationsDep,
    wait: Wait = None,
) -> SubmissionView:
    """A submission: how far it is, and its report once it is judged. With `wait`, answers as soon
    as it is, at the latest after so many seconds."""
    return await events.wait_until_done(database, notifications, person, submission_id, wait or 0)


@router.get(
    "/{submission_id}/events",
    response_class=EventSourceResponse,
    responses=documented(NotSignedIn, NotFound),
)
async def stream(
    submission: Annotated[uuid.UUID, Depends(_readable)],
    person: SignedIn,
    database: DatabaseDep,
    notifications: NotificationsDep,
    last_event_id: Annotated[int | None, Header(alias="Last-Event-ID", ge=0)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `status`, a `case` as each is finished, `report`, `done`. Send the id
    of the last one as `Last-Event-ID` to take the stream up again."""
    async for event in events.stream(
        database, notifications, person, submission, last_event_id or 0
    ):
        yield event
