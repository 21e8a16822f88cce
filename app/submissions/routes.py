"""Endpoints of submissions."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.accounts.dependencies import SignedIn, Submitter
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    CrossSiteRequest,
    KeyReused,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooManyOpen,
    TooManyQueued,
    TooManySubmitted,
    TooSlow,
    UnknownProblem,
    documented,
)
from app.models import AttemptStatus
from app.settings import get_settings
from app.submissions import events, service, taking
from app.submissions.errors import (
    AssignmentClosed,
    NextAttemptLater,
    NoAttemptsLeft,
    NotOpenYet,
    NotSet,
    SetForPoints,
)
from app.submissions.notifications import Notifications
from app.submissions.schemas import SubmissionCreate, SubmissionPage, SubmissionView
from app.submissions.watching import tell_watched

router = APIRouter(prefix="/api/v1/submissions", tags=["submissions"])


def _notifications(request: Request) -> Notifications:
    notifications: Notifications = request.app.state.notifications
    return notifications


NotificationsDep = Annotated[Notifications, Depends(_notifications)]


async def _readable(
    submission_id: uuid.UUID,
    database: DatabaseDep,
    person: SignedIn,
    notifications: NotificationsDep,
) -> uuid.UUID:
    """The id of a submission that the person may read, and from now on watches. Refuses before a
    stream begins: in the middle of one there is no status left to answer with."""
    async with database.session() as session:
        await service.find(session, person, submission_id)
        notifications.require_place(person.id)
        await tell_watched(session, submission_id)
    return submission_id


# The largest number of an event that the database can hold.
_MAX_SEQ = 2**31 - 1

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        pattern="^[!-~]([ -~]*[!-~])?$",
        description="printable ASCII, for example a UUID; sent again with the same key, a program "
        "is judged once",
    ),
]
Wait = Annotated[
    float | None,
    Query(
        ge=0,
        allow_inf_nan=False,
        description="seconds to wait for the report; no longer than the service waits, 60 unless "
        "it is set up otherwise",
    ),
]


@router.post(
    "",
    status_code=202,
    response_model=SubmissionView,
    responses={
        200: {"model": SubmissionView, "description": "The report came within `wait` seconds"},
        **documented(
            NotSignedIn,
            ScopeMissing,
            CrossSiteRequest,
            UnknownProblem,
            NotSet,
            NotOpenYet,
            AssignmentClosed,
            NoAttemptsLeft,
            NextAttemptLater,
            SetForPoints,
            KeyReused,
            TooLarge,
            TooSlow,
            TooManyQueued,
            TooManySubmitted,
            TooManyOpen,
        ),
    },
)
async def create(
    body: SubmissionCreate,
    person: Submitter,
    database: DatabaseDep,
    notifications: NotificationsDep,
    idempotency_key: IdempotencyKey = None,
    wait: Wait = None,
) -> Response:
    """Submit a program: as practice, or with `assignment_problem` for an assignment, whose rules
    decide whether it is taken. After the end of an assignment that says so it is taken as practice,
    and `notice` tells. With `wait`, answers 200 with the report where it is ready in time."""
    if wait:
        notifications.require_place(person.id)
    # Its own transaction, ended before the wait: what is not committed nobody can judge.
    async with database.session() as session:
        taken = await taking.submit(session, person, body, idempotency_key)
    status, view = 202, taken
    if wait is not None:
        seconds = min(wait, get_settings().max_wait_seconds)
        view = await events.wait_until_done(database, notifications, person, view.id, seconds)
        if view.status is AttemptStatus.DONE:
            status = 200
        view = view.model_copy(update={"notice": view.notice or taken.notice})
    return _document(view, status, {"Location": f"/api/v1/submissions/{view.id}"})


@router.get("", responses=documented(NotSignedIn, ScopeMissing, NotFound, UnknownProblem))
async def list_own(
    session: SessionDep,
    person: SignedIn,
    problem: Annotated[str | None, Query(description="only those of this problem")] = None,
    after: Annotated[uuid.UUID | None, Query(description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    assignment_problem: Annotated[
        uuid.UUID | None, Query(description="only those to this problem of an assignment")
    ] = None,
) -> SubmissionPage:
    """Your submissions, the newest first."""
    return await service.page(session, person, problem, after, limit, assignment_problem)


@router.get(
    "/{submission_id}",
    response_model=SubmissionView,
    responses=documented(NotSignedIn, ScopeMissing, NotFound, TooManyOpen),
)
async def get(
    submission_id: uuid.UUID,
    person: SignedIn,
    database: DatabaseDep,
    notifications: NotificationsDep,
    wait: Wait = None,
) -> Response:
    """A submission: how far it is, and its report once it is judged. With `wait`, answers as soon
    as it is, at the latest after so many seconds."""
    if wait:
        notifications.require_place(person.id)
    seconds = min(wait or 0, get_settings().max_wait_seconds)
    return _document(
        await events.wait_until_done(database, notifications, person, submission_id, seconds)
    )


@router.get(
    "/{submission_id}/events",
    response_class=EventSourceResponse,
    responses=documented(NotSignedIn, ScopeMissing, NotFound, TooManyOpen),
)
async def stream(
    submission: Annotated[uuid.UUID, Depends(_readable)],
    person: SignedIn,
    database: DatabaseDep,
    notifications: NotificationsDep,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, le=_MAX_SEQ)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `status`, a `case` as each is finished, `report`, `done`. Send the id
    of the last one as `Last-Event-ID` to take the stream up again."""
    async for event in events.stream(database, notifications, person, submission, last_event_id):
        yield event


def _document(
    view: SubmissionView, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A submission as JSON, written by the model itself: FastAPI's own writing forgets how the
    model writes numbers that are not finite where a field may hold floats or integers."""
    return Response(view.model_dump_json(), status, headers, media_type="application/json")
