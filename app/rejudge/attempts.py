"""All that was ever judged of a submission, each to those who may see it."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models import Attempt, AttemptStatus, Person, Submission
from app.rejudge import attempts_repository as repository
from app.rejudge.attempts_repository import Row
from app.rejudge.attempts_schemas import AttemptList, AttemptSummary, AttemptView
from app.submissions import service as submissions
from app.submissions.sight import Sight, pitfalls_of, sight_of
from judge.verdict import Reason, Verdict


async def list_attempts(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> AttemptList:
    """The attempts of a submission, the latest first. Its student sees those that count or have
    counted; who sees the whole of it sees also those of a rejudge that is not applied."""
    submission, speaking = await submissions.find(session, person, submission_id)
    sight = await sight_of(session, person, submission)
    rows = await _rows(session, submission, sight)
    return AttemptList(items=tuple(_summary(row, speaking, sight) for row in rows))


async def get_attempt(
    session: AsyncSession, person: Person, submission_id: uuid.UUID, number: int
) -> AttemptView:
    """One of them, with its report as the person may see it."""
    submission, speaking = await submissions.find(session, person, submission_id)
    sight = await sight_of(session, person, submission)
    for row in await _rows(session, submission, sight):
        attempt = row.attempt
        if attempt.number == number:
            report = None
            if attempt.report is not None and sight.told(attempt):
                pitfalls = await pitfalls_of(session, attempt.report)
                report = sight.report(attempt.report, pitfalls)
            summary = _summary(row, speaking, sight)
            return AttemptView(**dict(summary), submission_id=submission.id, report=report)
    raise NotFound(
        f"This submission has no attempt {number}. GET /api/v1/submissions/{submission_id}/attempts"
        " lists those there are."
    )


async def _rows(session: AsyncSession, submission: Submission, sight: Sight) -> list[Row]:
    rows = await repository.attempts_of(session, submission.id)
    return [row for row in rows if sight.whole or row.attempt.counts]


def _summary(row: Row, speaking: Attempt, sight: Sight) -> AttemptSummary:
    attempt = row.attempt
    told = sight.told(attempt)
    pinned = sight.assigned.problem.package_sha256 if sight.assigned is not None else None
    judged_by = attempt.package_sha256
    if attempt.report is not None:
        judged_by = attempt.report.get("package_sha256", judged_by)
    reason = Reason(attempt.reason) if attempt.reason and told else None
    if reason is not None and not sight.whole and attempt.report is not None:
        reason = sight.report(attempt.report, {}).reason
    return AttemptSummary(
        number=attempt.number,
        status=AttemptStatus(attempt.status),
        speaks=attempt.number == speaking.number,
        counts=attempt.counts,
        verdict=Verdict(attempt.verdict) if attempt.verdict and told else None,
        reason=reason,
        score=sight.score(attempt),
        feedback=None if told else sight.withheld,
        created_at=attempt.created_at,
        finished_at=attempt.finished_at,
        package_sha256=judged_by,
        version=row.version,
        outdated=pinned is not None and judged_by is not None and judged_by != pinned,
        why=row.why,
        rejudge_id=attempt.rejudge_id if sight.whole else None,
    )
