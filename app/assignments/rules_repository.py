"""Queries on who is granted what."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Enrolment, GrantMember, GrantRow


async def grants_of(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> Sequence[tuple[uuid.UUID, GrantRow]]:
    """The grants in a course that are for these people, by name or by section, with for whom;
    each once, always in the same order."""
    by_name = exists().where(
        GrantMember.grant_id == GrantRow.id, GrantMember.enrolment_id == Enrolment.id
    )
    statement = (
        select(Enrolment.person_id, GrantRow)
        .join(GrantRow, GrantRow.course_id == Enrolment.course_id)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.person_id.in_(person_ids),
            or_(GrantRow.section_id == Enrolment.section_id, by_name),
        )
        .order_by(GrantRow.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]
