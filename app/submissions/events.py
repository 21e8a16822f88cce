"""The events of a submission as a stream that can be taken up again."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping

from fastapi.sse import ServerSentEvent

from app.db.engine import Database
from app.models import Attempt, AttemptStatus, EventKind, Person
from app.submissions import repository, service
from app.submissions.notifications import Notifications
from app.submissions.repository import Event
from app.submissions.schemas import StatusEvent, SubmissionView
from app.submissions.sight import Sight, pitfalls_of, sight_of

_LOOK_AGAIN_SECONDS = 5.0
_RETRY_MILLISECONDS = 1000


async def stream(
    database: Database,
    notifications: Notifications,
    person: Person,
    submission_id: uuid.UUID,
    last_seq: int,
) -> AsyncIterator[ServerSentEvent]:
    """Events after ``last_seq`` as they come, until the report; where that is withheld, only how
    far the judging is. FastAPI sends heartbeats."""
    yield ServerSentEvent(retry=_RETRY_MILLISECONDS, comment="events of one submission")
    async with notifications.waiting_for(submission_id, person.id) as waiter:
        while not notifications.closing:
            # No connection is held while waiting: a stream can last longer than a deployment.
            async with database.autocommitting() as session:
                # As they are now: who may not read it any more is told no more, nor who was an
                # admin when this began. Who asks again is told why.
                found = await repository.progress(session, submission_id, person.id, last_seq)
                if found is None:
                    return
                attempt = found.attempt
                sight = await sight_of(session, found.reader, found.submission)
                pitfalls = await pitfalls_of(session, attempt.report) if attempt.report else {}
            for event in found.events:
                if event.kind == EventKind.CASE and sight.withheld is not None:
                    continue
                if event.kind == EventKind.REPORT and not sight.told(attempt):
                    continue
                last_seq = event.seq
                yield _server_sent(event, attempt, sight, pitfalls)
            if attempt.status == AttemptStatus.DONE:
                yield ServerSentEvent(event="done", raw_data="{}", id=str(last_seq))
                return
            await waiter.wait(_LOOK_AGAIN_SECONDS)


async def wait_until_done(
    database: Database,
    notifications: Notifications,
    person: Person,
    submission_id: uuid.UUID,
    seconds: float,
) -> SubmissionView:
    """The submission once it is judged, or as it is after ``seconds``."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    async with notifications.waiting_for(submission_id, person.id, only_report=True) as waiter:
        while True:
            async with database.autocommitting() as session:
                submission, attempt = await service.find(session, person, submission_id)
                left = deadline - clock()
                done = attempt.status == AttemptStatus.DONE
                if done or left <= 0 or notifications.closing:
                    return await service.view(session, person, submission, attempt)
            await waiter.wait(min(left, _LOOK_AGAIN_SECONDS))


def _server_sent(
    event: Event, attempt: Attempt, sight: Sight, pitfalls: Mapping[str, str]
) -> ServerSentEvent:
    if event.kind == EventKind.CASE:
        data = sight.case(event.payload).model_dump_json()
    elif event.kind == EventKind.REPORT:
        data = sight.report(attempt.report, pitfalls).model_dump_json()
    else:
        status = AttemptStatus(event.payload["status"])
        data = StatusEvent(status=status, attempt=attempt.number).model_dump_json()
    return ServerSentEvent(event=event.kind, raw_data=data, id=str(event.seq))
