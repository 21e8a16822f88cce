"""Queries on what waits for the staff of a course."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptStatus,
    CourseInvitation,
    Rejudge,
    RejudgeStatus,
    Submission,
)


async def count_invitations(session: AsyncSession, course_id: uuid.UUID) -> int:
    """How many people are on the list of a course and have no account."""
    statement = select(func.count()).where(CourseInvitation.course_id == course_id)
    return (await session.execute(statement)).scalar_one()


async def count_judging(session: AsyncSession, course_id: uuid.UUID) -> int:
    """How many submissions to a course's assignments wait for their first verdict. Those of a
    rejudge have one, which counts meanwhile."""
    statement = (
        select(func.count(Submission.id.distinct()))
        .select_from(Attempt)
        .join(Submission, Submission.id == Attempt.submission_id)
        .join(AssignmentProblem, AssignmentProblem.id == Submission.assignment_problem_id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(
            Assignment.course_id == course_id,
            Attempt.status != AttemptStatus.DONE.value,
            Attempt.counts,
        )
    )
    return (await session.execute(statement)).scalar_one()


async def ready_rejudges(
    session: AsyncSession, course_id: uuid.UUID
) -> list[tuple[uuid.UUID, datetime]]:
    """The rejudges of a course that are done and not decided, the oldest first; since when. That
    one is done follows from its attempts."""
    judging = select(Attempt.id).where(
        Attempt.rejudge_id == Rejudge.id, Attempt.status != AttemptStatus.DONE.value
    )
    undecided = (RejudgeStatus.JUDGING.value, RejudgeStatus.READY.value)
    statement = (
        select(Rejudge.id, Rejudge.created_at)
        .where(Rejudge.course_id == course_id, Rejudge.status.in_(undecided), ~judging.exists())
        .order_by(Rejudge.created_at)
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]
