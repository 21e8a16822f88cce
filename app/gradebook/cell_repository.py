"""Queries of a cell of the gradebook: a student's submissions to a problem, and their grants."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.assignments.rules_repository import grants_of
from app.models import AssignmentProblem, Attempt, Grade, GrantRow, Submission

Judgings = tuple[Submission, list[Attempt]]


async def submissions(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID
) -> list[Judgings]:
    """A student's submissions to a problem in the order in which they came, each with its
    attempts. Neither programs nor reports are read: there can be many."""
    statement = (
        select(Submission, Attempt)
        .join(Attempt, Attempt.submission_id == Submission.id)
        .where(Submission.assignment_problem_id == problem_id, Submission.person_id == person_id)
        .order_by(Submission.created_at, Submission.id, Attempt.number)
        .options(defer(Submission.source), defer(Attempt.report))
    )
    found: list[Judgings] = []
    for submission, attempt in await session.execute(statement):
        if not found or found[-1][0] is not submission:
            found.append((submission, []))
        found[-1][1].append(attempt)
    return found


async def late_days_used(
    session: AsyncSession, assignment_id: uuid.UUID, person_id: uuid.UUID
) -> int:
    """How many late days a student's work on an assignment uses: a day serves all its problems."""
    statement = (
        select(func.coalesce(func.max(Grade.paid_days), 0))
        .join(AssignmentProblem, AssignmentProblem.id == Grade.problem_id)
        .where(AssignmentProblem.assignment_id == assignment_id, Grade.person_id == person_id)
    )
    return int((await session.execute(statement)).scalar_one())


async def grants(
    session: AsyncSession, course_id: uuid.UUID, assignment_id: uuid.UUID, person_id: uuid.UUID
) -> Sequence[GrantRow]:
    """What a student is granted that applies to an assignment."""
    rows = await grants_of(session, course_id, [person_id])
    return [row for _, row in rows if row.assignment_id in (None, assignment_id)]
