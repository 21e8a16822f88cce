"""Queries on what is set for one student."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, Course, CourseRole, Enrolment, Submission
from app.submissions.repository import get_base_statement
from judge.verdict import Verdict


async def courses_of(session: AsyncSession, person_id: uuid.UUID) -> Sequence[Course]:
    """The courses that go on in which a person is a student now."""
    statement = (
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.role == CourseRole.STUDENT.value,
            Enrolment.left_at.is_(None),
            Course.archived_at.is_(None),
        )
        .order_by(Course.created_at, Course.id)
    )
    return (await session.execute(statement)).scalars().all()


async def counted_by_problem(
    session: AsyncSession, person_id: uuid.UUID, problem_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[datetime]]:
    """When a person's submissions to problems of assignments came, by problem, without those that
    the judge failed on; those that are being judged are among them."""
    statement = (
        get_base_statement()
        .where(
            Submission.person_id == person_id,
            Submission.assignment_problem_id.in_(problem_ids),
            Attempt.verdict.is_distinct_from(Verdict.IE.value),
        )
        .with_only_columns(
            Submission.assignment_problem_id, Submission.created_at, maintain_column_froms=True
        )
    )
    found: dict[uuid.UUID, list[datetime]] = defaultdict(list)
    for row in (await session.execute(statement)).all():
        found[row.assignment_problem_id].append(row.created_at)
    return found
