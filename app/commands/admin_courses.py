"""What operators do to courses, which nobody of the course asked for: as the local admin."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.names import LOCAL_ADMIN
from app.accounts.service import ensure_person
from app.courses import class_list
from app.courses.access import InCourse, in_course
from app.courses.class_list import Applied
from app.courses.class_list_schemas import ClassListPreview
from app.errors import Invalid
from app.models import Person, Role
from app.settings import Settings


async def class_list_preview(
    session: AsyncSession, settings: Settings, course: str, data: bytes, create_accounts: bool
) -> ClassListPreview:
    """What a class list would do. Writes nothing, not even the local admin."""
    somebody = Person(id=uuid.uuid4(), name=LOCAL_ADMIN, role=Role.ADMIN.value)
    who = await _as(session, somebody, course)
    return await class_list.preview(session, settings, who, data, create_accounts)


async def class_list_applied(
    session: AsyncSession, settings: Settings, course: str, data: bytes, create_accounts: bool
) -> tuple[ClassListPreview, Applied]:
    """What a class list does, and what it did."""
    who = await _as(session, await ensure_person(session, LOCAL_ADMIN, Role.ADMIN), course)
    shown = await class_list.preview(session, settings, who, data, create_accounts)
    return shown, await class_list.apply(
        session, settings, who, data, shown.digest, create_accounts
    )


async def _as(session: AsyncSession, person: Person, course: str) -> InCourse:
    try:
        course_id = uuid.UUID(course)
    except ValueError as error:
        raise Invalid(
            f"{course[:100]!a} is no course. Its id is the last part of its address, /courses/ID."
        ) from error
    return await in_course(session, person, course_id)
