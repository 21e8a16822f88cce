"""Queries on what grades are and on what the attempts of a rejudge say."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Adjustment,
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptStatus,
    Grade,
    GradeChange,
    GradeChangeKind,
    Submission,
)
from judge.verdict import Verdict

Cell = tuple[uuid.UUID, uuid.UUID]
"""A student's place in a gradebook: the problem, the person."""


@dataclass(frozen=True)
class Judged:
    """A submission that a rejudge has judged."""

    submission_id: uuid.UUID
    cell: Cell


async def judged(
    session: AsyncSession, rejudge_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> list[Judged]:
    """What a rejudge has judged so far of these people, without what the judge failed on."""
    statement = (
        select(Submission.id, AssignmentProblem.id, Submission.person_id)
        .join(AssignmentProblem, AssignmentProblem.id == Submission.assignment_problem_id)
        .join(Attempt, Attempt.submission_id == Submission.id)
        .where(
            Attempt.rejudge_id == rejudge_id,
            Attempt.status == AttemptStatus.DONE.value,
            Attempt.verdict != Verdict.IE.value,
            Submission.person_id.in_(person_ids),
        )
        .distinct()
        .order_by(Submission.id)
    )
    return [Judged(row[0], (row[1], row[2])) for row in await session.execute(statement)]


async def grades(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> dict[Cell, Grade]:
    """What these people earn in a course at present."""
    statement = (
        select(Grade)
        .where(Grade.problem_id.in_(_problems(course_id)), Grade.person_id.in_(person_ids))
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(statement)).scalars()
    return {(row.problem_id, row.person_id): row for row in rows}


async def adjustments(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> dict[Cell, float]:
    """The points that were set by hand for these people."""
    statement = select(Adjustment.problem_id, Adjustment.person_id, Adjustment.points).where(
        Adjustment.problem_id.in_(_problems(course_id)), Adjustment.person_id.in_(person_ids)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)}


async def verdicts(
    session: AsyncSession,
    submission_ids: Collection[uuid.UUID],
    rejudge_id: uuid.UUID | None = None,
) -> dict[uuid.UUID, Verdict]:
    """The verdicts that speak for submissions, or would if the attempts of a rejudge counted."""
    counts: ColumnElement[bool] = Attempt.counts.is_(True)
    if rejudge_id is not None:
        judged = (Attempt.rejudge_id == rejudge_id) & (Attempt.verdict != Verdict.IE.value)
        counts = or_(counts, judged)
    statement = (
        select(Attempt.submission_id, Attempt.verdict)
        .where(Attempt.submission_id.in_(submission_ids), counts)
        .ext(distinct_on(Attempt.submission_id))
        .order_by(Attempt.submission_id, Attempt.number.desc())
    )
    rows = await session.execute(statement)
    return {row[0]: Verdict(row[1]) for row in rows if row[1] is not None}


async def log(session: AsyncSession, entries: Sequence[GradeChange]) -> None:
    """Write down how grades were changed."""
    session.add_all(entries)
    await session.flush()


async def logged(
    session: AsyncSession, course_id: uuid.UUID, rejudge_id: uuid.UUID
) -> Sequence[GradeChange]:
    """What the log says of a rejudge."""
    statement = (
        select(GradeChange)
        .where(
            GradeChange.course_id == course_id,
            GradeChange.kind == GradeChangeKind.REJUDGED.value,
            GradeChange.details["rejudge_id"].as_string() == str(rejudge_id),
        )
        .order_by(GradeChange.id)
    )
    return (await session.execute(statement)).scalars().all()


def _problems(course_id: uuid.UUID) -> Select[uuid.UUID]:
    return (
        select(AssignmentProblem.id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(Assignment.course_id == course_id)
    )
