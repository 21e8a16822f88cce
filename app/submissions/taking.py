"""Takes submissions in: as practice, or for the problem of an assignment where its rules allow."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repository import lock_person
from app.catalog.service import require_problem
from app.courses.admission import Admission, admission
from app.courses.grading import recompute
from app.db.base import now
from app.errors import (
    ErrorItem,
    Invalid,
    KeyReused,
    TooLarge,
    TooManyQueued,
    TooManySubmitted,
    UnknownProblem,
)
from app.models import Attempt, AttemptStatus, Person, Submission
from app.settings import get_settings
from app.submissions import assigned_repository, repository, service
from app.submissions.assigned import Assigned
from app.submissions.errors import SetForPoints, closed, refused
from app.submissions.opening import open_assigned
from app.submissions.running import closes_practice
from app.submissions.schemas import SubmissionCreate, SubmissionView
from app.worker.queue import enqueue
from judge.source import MAX_SOURCE_BYTES

RETRY_AFTER_SECONDS = 10


@dataclass(frozen=True)
class _Place:
    """Where a program goes: to an assignment, of a student for points, or to practice. ``ended``:
    it was meant for this assignment, which takes nothing any more, and is practice instead."""

    assigned: Assigned | None = None
    for_points: bool = False
    ended: Assigned | None = None


async def submit(
    session: AsyncSession,
    person: Person,
    order: SubmissionCreate,
    idempotency_key: str | None = None,
) -> SubmissionView:
    """Store a submission and queue its first attempt, in the session's own transaction."""
    data = _encoded(order.source)
    if order.assignment_problem is None:
        await require_problem(session, order.problem)
    else:
        # Before the person: who deletes an account takes its courses first.
        await assigned_repository.hold_course_of(session, order.assignment_problem)
    # One at a time for a person: the quota, a cap on attempts and the bucket hold and a key is used
    # once, whatever comes at once.
    await lock_person(session, person.id)
    # One clock decides what is on time, and says so in the submission.
    moment = await assigned_repository.moment(session)
    row = None
    if idempotency_key is not None:
        row = await repository.find_by_key(session, person.id, idempotency_key)
    if row is not None and _is_of(row[0], order, data):
        # Whatever has become of its assignment since: it was taken.
        return await service.view(session, person, *row)
    place = await _place(session, person, order, moment)
    if row is not None:
        if not (place.ended is not None and _is_of(row[0], order, data, as_practice=True)):
            raise KeyReused(
                "This Idempotency-Key came before with another problem or source. Use a new key "
                "for a new submission."
            )
        return await service.view(session, person, *row, notice=_notice(place, moment))
    await _check_quota(session, person)
    if place.assigned is None:
        await _require_practice(session, person, order.problem, moment)
    elif place.for_points:
        said = await admission_of(session, place.assigned, person.id, moment)
        if said.refusal is not None:
            raise refused(place.assigned, said, moment)
    submission, attempt = await _store(session, person, order, data, place, moment, idempotency_key)
    if place.assigned is not None and place.for_points:
        await recompute(session, place.assigned.course.id, [person.id])
    return await service.view(session, person, submission, attempt, notice=_notice(place, moment))


async def admission_of(
    session: AsyncSession, assigned: Assigned, person_id: uuid.UUID, moment: datetime
) -> Admission:
    """Whether another submission of a student would be taken at a moment."""
    problem_id = assigned.problem.id
    counted = await assigned_repository.counted_by_problem(session, person_id, [problem_id])
    return admission(assigned.rules, counted.get(problem_id, ()), moment)


def _encoded(source: str) -> bytes:
    try:
        data = source.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            f"The source is not UTF-8 text: character {error.start} is half of a surrogate pair.",
            errors=[ErrorItem(location="body.source", message="not UTF-8 text")],
        ) from error
    if len(data) > MAX_SOURCE_BYTES:
        raise TooLarge(
            f"The source is {len(data)} bytes of UTF-8; at most {MAX_SOURCE_BYTES} are judged. "
            "Send the program alone, without data.",
            errors=[ErrorItem(location="body.source", message="too large")],
        )
    return data


async def _place(
    session: AsyncSession, person: Person, order: SubmissionCreate, moment: datetime
) -> _Place:
    if order.assignment_problem is None:
        return _Place()
    opened = await open_assigned(session, person, order.assignment_problem)
    assigned, problem = opened.assigned, opened.assigned.problem
    if problem.problem_slug != order.problem:
        message = f"the assignment sets {problem.problem_slug} here"
        raise Invalid(
            f"This problem of the assignment is {problem.problem_slug}; the request names "
            f"{order.problem[:100]!a}. Send both of one problem.",
            errors=[ErrorItem(location="body.problem", message=message)],
        )
    if assigned.course.archived_at is not None:
        raise closed(assigned, moment)
    if not opened.student or not assigned.has_ended(moment):
        return _Place(assigned, for_points=opened.student)
    if not assigned.takes_practice(moment):
        raise closed(assigned, moment)
    try:
        await require_problem(session, order.problem)
    except UnknownProblem as error:
        raise closed(assigned, moment) from error
    return _Place(ended=assigned)


async def _require_practice(
    session: AsyncSession, person: Person, slug: str, moment: datetime
) -> None:
    running = await closes_practice(session, person, slug)
    if running is not None:
        raise SetForPoints(running, moment)


def _is_of(
    submission: Submission, order: SubmissionCreate, data: bytes, *, as_practice: bool = False
) -> bool:
    """Whether that submission was sent by this very order, or became practice of it."""
    meant = None if as_practice else order.assignment_problem
    return (submission.problem_slug, submission.source, submission.assignment_problem_id) == (
        order.problem,
        data,
        meant,
    )


async def _store(
    session: AsyncSession,
    person: Person,
    order: SubmissionCreate,
    data: bytes,
    place: _Place,
    moment: datetime,
    idempotency_key: str | None,
) -> tuple[Submission, Attempt]:
    problem = None if place.assigned is None else place.assigned.problem
    submission = Submission(
        id=uuid.uuid4(),
        person_id=person.id,
        problem_slug=order.problem,
        assignment_problem_id=None if problem is None else problem.id,
        source=data,
        created_at=moment,
        idempotency_key=idempotency_key,
    )
    attempt_id = uuid.uuid4()
    attempt = Attempt(
        id=attempt_id,
        submission_id=submission.id,
        number=1,
        status=AttemptStatus.QUEUED.value,
        lease=0,
        last_seq=0,
        package_sha256=None if problem is None else problem.package_sha256,
        job_id=await enqueue(session, attempt_id),
    )
    await repository.add(session, submission, attempt)
    return submission, attempt


def _notice(place: _Place, moment: datetime) -> str | None:
    if place.ended is None:
        return None
    title, ended = place.ended.assignment.title, place.ended.rules.ends_at
    since = "" if ended is None else f" since {place.ended.on_the_wall(ended, moment)}"
    return f"“{title}” is closed{since}: this was taken as practice and earns no points."


async def _check_quota(session: AsyncSession, person: Person) -> None:
    settings = get_settings()
    waiting, recent = await repository.count_waiting_and_recent(
        session, person.id, now() - timedelta(hours=1)
    )
    if waiting >= settings.max_queued_per_person:
        raise TooManyQueued(
            f"{settings.max_queued_per_person} of your submissions are waiting to be judged, which "
            "is as many as may wait. Try again when some are done.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    if recent >= settings.max_submitted_per_hour:
        raise TooManySubmitted(
            f"You have submitted {settings.max_submitted_per_hour} programs within an hour, which "
            "is as many as one may.",
            headers={"Retry-After": "600"},
        )
