"""Shows submissions, each to those who may see it and as much of it as they may."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.catalog.service import require_problem
from app.errors import NotFound
from app.gradebook.anonymity import is_anonymous, pseudonym, pseudonym_name
from app.models import Attempt, AttemptStatus, Person, Submission
from app.submissions import repository
from app.submissions.assigned import Assigned
from app.submissions.documents import readable
from app.submissions.schemas import SentFor, SubmissionPage, SubmissionSummary, SubmissionView
from app.submissions.sight import Sight, pitfalls_of, sight_of, sights_of, students_sight
from app.submissions.watching import tell_watched
from judge.report import CaseResult
from judge.verdict import Reason, Verdict


async def get(
    session: AsyncSession, person: Person, submission_id: uuid.UUID, *, as_student: bool = False
) -> SubmissionView:
    """A submission as this person may see it, or as its student does."""
    submission, attempt = await find(session, person, submission_id)
    sight = await students_sight(session, submission) if as_student else None
    return await view(session, person, submission, attempt, sight=sight)


async def find(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> tuple[Submission, Attempt]:
    """A submission and the attempt that speaks for it; one that the person may not read is as good
    as none."""
    row = await repository.find(session, submission_id, person)
    if row is None:
        raise NotFound(
            "There is no such submission among yours. GET /api/v1/submissions lists them."
        )
    return row


async def recent(
    session: AsyncSession,
    person: Person,
    problem: str | None = None,
    limit: int = 20,
    assignment_problem: uuid.UUID | None = None,
) -> list[SubmissionSummary]:
    """A person's latest submissions, the newest first."""
    rows = await repository.list_own(session, person.id, problem, None, limit, assignment_problem)
    return await _summaries(session, person, rows)


async def page(
    session: AsyncSession,
    person: Person,
    problem: str | None,
    after: uuid.UUID | None,
    limit: int,
    assignment_problem: uuid.UUID | None = None,
) -> SubmissionPage:
    """One page of a person's submissions. ``after`` is the ``next`` of the page before."""
    last = (await find(session, person, after))[0] if after else None
    if problem is not None:
        await require_problem(session, problem)
    rows = await repository.list_own(
        session, person.id, problem, last, limit + 1, assignment_problem
    )
    shown = rows[:limit]
    more = len(rows) > limit
    return SubmissionPage(
        items=tuple(await _summaries(session, person, shown)),
        next=str(shown[-1][0].id) if more else None,
    )


async def view(
    session: AsyncSession,
    person: Person,
    submission: Submission,
    attempt: Attempt,
    *,
    sight: Sight | None = None,
    notice: str | None = None,
) -> SubmissionView:
    """A submission as this person sees it, or by another sight."""
    sight = sight or await sight_of(session, person, submission)
    report = None
    cases: tuple[CaseResult, ...] = ()
    if attempt.report is not None:
        if sight.told(attempt):
            report = sight.report(attempt.report, await pitfalls_of(session, attempt.report))
        else:
            notice = f"It was received and judged. You see the result {sight.withheld}."
    elif sight.withheld is not None:
        notice = f"It was received. You see the result {sight.withheld}."
    elif attempt.status == AttemptStatus.RUNNING:
        await tell_watched(session, submission.id)
        events = await repository.finished_cases(session, attempt)
        told = (sight.case(event.payload) for event in events)
        cases = tuple(sorted(told, key=lambda case: case.index))
    return SubmissionView(
        id=submission.id,
        problem=submission.problem_slug,
        status=AttemptStatus(attempt.status),
        created_at=submission.created_at,
        attempt=attempt.number,
        student=await _student(session, person, submission, sight.assigned),
        assignment=_sent_for(sight.assigned),
        notice=notice,
        source=readable(submission.source.decode("utf-8", "surrogatepass")),
        cases=cases,
        report=report,
    )


async def _summaries(
    session: AsyncSession, person: Person, rows: Sequence[repository.Row]
) -> list[SubmissionSummary]:
    sights = await sights_of(session, person, [submission for submission, _ in rows])
    return [_summary(submission, attempt, sights[submission.id]) for submission, attempt in rows]


def _summary(submission: Submission, attempt: Attempt, sight: Sight) -> SubmissionSummary:
    told = sight.told(attempt)
    reason = Reason(attempt.reason) if attempt.reason and told else None
    if reason is not None and not sight.whole:
        reason = sight.report(attempt.report, {}).reason
    return SubmissionSummary(
        id=submission.id,
        problem=submission.problem_slug,
        status=AttemptStatus(attempt.status),
        created_at=submission.created_at,
        attempt=attempt.number,
        assignment=_sent_for(sight.assigned),
        feedback=None if told else sight.withheld,
        verdict=Verdict(attempt.verdict) if attempt.verdict and told else None,
        reason=reason,
        score=sight.score(attempt),
    )


def _sent_for(assigned: Assigned | None) -> SentFor | None:
    if assigned is None:
        return None
    return SentFor(
        course_id=assigned.course.id,
        assignment_id=assigned.assignment.id,
        assignment_problem_id=assigned.problem.id,
        title=assigned.assignment.title,
    )


async def _student(
    session: AsyncSession, reader: Person, submission: Submission, assigned: Assigned | None
) -> str | None:
    """What the reader may call whose it is. Who looks at their own knows."""
    if submission.person_id == reader.id:
        return reader.name
    if assigned is not None and is_anonymous(assigned.assignment):
        return pseudonym_name(pseudonym(assigned.assignment, submission.person_id))
    return await repository.name_of(session, submission.person_id)
