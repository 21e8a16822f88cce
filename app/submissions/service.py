"""Taking submissions in and showing them, each to those who may see it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repository import lock_person
from app.catalog.packages import shelf
from app.catalog.service import require_problem
from app.db.base import now
from app.errors import ErrorItem, KeyReused, NotFound, TooLarge, TooManyQueued, TooManySubmitted
from app.models import Attempt, AttemptStatus, Person, Submission
from app.settings import get_settings
from app.submissions import repository
from app.submissions.documents import readable
from app.submissions.schemas import SubmissionPage, SubmissionSummary, SubmissionView
from app.worker.queue import enqueue
from judge.redaction import case_for_learner, for_learner
from judge.report import CaseResult, Report
from judge.source import MAX_SOURCE_BYTES
from judge.verdict import Reason, Verdict

RETRY_AFTER_SECONDS = 10


async def submit(
    session: AsyncSession,
    person: Person,
    problem: str,
    source: str,
    idempotency_key: str | None = None,
) -> SubmissionView:
    """Store a submission and queue its first attempt, in the session's own transaction."""
    data = source.encode("utf-8", "surrogatepass")
    if len(data) > MAX_SOURCE_BYTES:
        raise TooLarge(
            f"The source is {len(data)} bytes of UTF-8; at most {MAX_SOURCE_BYTES} are judged. "
            "Send the program alone, without data.",
            errors=[ErrorItem(location="body.source", message="too large")],
        )
    await require_problem(session, problem)
    # One at a time for a person: the quota holds and a key is used once, whatever comes at once.
    await lock_person(session, person.id)
    if idempotency_key is not None:
        row = await repository.find_by_key(session, person.id, idempotency_key)
        if row is not None:
            if (row[0].problem_slug, row[0].source) != (problem, data):
                raise KeyReused(
                    "This Idempotency-Key came before with another problem or source. Use a new "
                    "key for a new submission."
                )
            return await _view(session, *row, person)
    await _check_quota(session, person)
    submission = Submission(
        person_id=person.id, problem_slug=problem, source=data, idempotency_key=idempotency_key
    )
    submission.id = uuid.uuid4()
    attempt = Attempt(
        id=uuid.uuid4(),
        submission_id=submission.id,
        number=1,
        status=AttemptStatus.QUEUED.value,
        lease=0,
        last_seq=0,
    )
    await repository.add(session, submission, attempt)
    attempt.job_id = await enqueue(session, attempt.id)
    await session.flush()
    await session.refresh(submission)
    return await _view(session, submission, attempt, person)


async def get(session: AsyncSession, person: Person, submission_id: uuid.UUID) -> SubmissionView:
    """A submission as this person may see it."""
    return await _view(session, *await find(session, person, submission_id), person)


async def find(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> tuple[Submission, Attempt]:
    """A submission and its latest attempt; another person's is as good as none."""
    row = await repository.find(session, submission_id, person)
    if row is None:
        raise NotFound(
            "There is no such submission among yours. GET /api/v1/submissions lists them."
        )
    return row


async def recent(
    session: AsyncSession, person: Person, problem: str | None = None, limit: int = 20
) -> list[SubmissionSummary]:
    """A person's latest submissions, the newest first."""
    rows = await repository.list_own(session, person.id, problem, None, limit)
    return [_summary(submission, attempt, person) for submission, attempt in rows]


async def page(
    session: AsyncSession, person: Person, problem: str | None, after: uuid.UUID | None, limit: int
) -> SubmissionPage:
    """One page of a person's submissions. ``after`` is the ``next`` of the page before."""
    last = (await find(session, person, after))[0] if after else None
    if problem is not None:
        await require_problem(session, problem)
    rows = await repository.list_own(session, person.id, problem, last, limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return SubmissionPage(
        items=tuple(_summary(submission, attempt, person) for submission, attempt in shown),
        next=str(shown[-1][0].id) if more else None,
    )


def visible_case(payload: object, person: Person) -> CaseResult:
    """A stored case as this person may see it."""
    case = CaseResult.model_validate(payload)
    return case if person.is_staff else case_for_learner(case)


def visible_report(payload: object, person: Person) -> Report:
    """A stored report as this person may see it."""
    report = Report.model_validate(payload)
    if person.is_staff:
        return report
    package = shelf().get(report.problem)
    named = package.spec.pitfalls if package is not None else ()
    return for_learner(report, {pitfall.id: pitfall.message for pitfall in named})


async def _view(
    session: AsyncSession, submission: Submission, attempt: Attempt, person: Person
) -> SubmissionView:
    report = None
    cases: tuple[CaseResult, ...] = ()
    if attempt.report is not None:
        report = visible_report(attempt.report, person)
    elif attempt.status == AttemptStatus.RUNNING:
        events = await repository.finished_cases(session, attempt)
        told = (visible_case(event.payload, person) for event in events)
        cases = tuple(sorted(told, key=lambda case: case.index))
    return SubmissionView(
        id=submission.id,
        problem=submission.problem_slug,
        status=AttemptStatus(attempt.status),
        created_at=submission.created_at,
        attempt=attempt.number,
        source=readable(submission.source.decode("utf-8", "surrogatepass")),
        cases=cases,
        report=report,
    )


def _summary(submission: Submission, attempt: Attempt, person: Person) -> SubmissionSummary:
    reason = Reason(attempt.reason) if attempt.reason else None
    if reason is not None and not person.is_staff:
        reason = visible_report(attempt.report, person).reason
    return SubmissionSummary(
        id=submission.id,
        problem=submission.problem_slug,
        status=AttemptStatus(attempt.status),
        created_at=submission.created_at,
        attempt=attempt.number,
        verdict=Verdict(attempt.verdict) if attempt.verdict else None,
        reason=reason,
        score=attempt.score,
    )


async def _check_quota(session: AsyncSession, person: Person) -> None:
    settings = get_settings()
    limit = settings.max_queued_per_person
    if await repository.count_unfinished(session, person.id) >= limit:
        raise TooManyQueued(
            f"{limit} of your submissions are waiting to be judged, which is as many as may wait. "
            "Try again when some are done.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    limit = settings.max_submitted_per_hour
    if await repository.count_since(session, person.id, now() - timedelta(hours=1)) >= limit:
        raise TooManySubmitted(
            f"You have submitted {limit} programs within an hour, which is as many as one may.",
            headers={"Retry-After": "600"},
        )
