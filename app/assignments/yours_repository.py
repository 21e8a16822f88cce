"""Queries on what is set for one student."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Course, CourseRole, Enrolment


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
