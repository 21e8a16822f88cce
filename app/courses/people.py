"""Who is in a course and as what: listed, changed, gone and come back."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import record
from app.courses import people_repository as repository
from app.courses import sections
from app.courses.access import InCourse, Power
from app.courses.grading import recompute
from app.courses.people_repository import Filter
from app.courses.people_schemas import PeoplePage, PersonRow, PersonUpdate
from app.courses.service import locked
from app.db.base import now
from app.errors import Forbidden, LastOwner, NotFound
from app.models import AuditKind, CourseRole, Enrolment, Person


async def list_people(
    session: AsyncSession, who: InCourse, wanted: Filter, limit: int, offset: int
) -> PeoplePage:
    """Some of the people of a course."""
    rows, total = await repository.list_people(session, who.course.id, wanted, limit, offset)
    return PeoplePage(items=tuple(_row(*row) for row in rows), total=total)


async def change(
    session: AsyncSession, who: InCourse, person_id: uuid.UUID, order: PersonUpdate
) -> PersonRow:
    """Change what is named of somebody's place in a course. Raises LastOwner, and Forbidden where
    an owner is to be named or changed by who is none."""
    await locked(session, who.course.id)
    enrolment, _, _ = await _require(session, who, person_id)
    if enrolment.left_at is not None:
        raise NotFound("This person has left the course. Take them in again first.")
    before = CourseRole(enrolment.role)
    role = order.role if order.role is not None else before
    if role is not before:
        require_may_name(who, before, role)
        if before is CourseRole.OWNER:
            await require_another_owner(session, who.course.id, person_id)
        enrolment.role = role.value
    if "section" in order.model_fields_set:
        if order.section is not None:
            await sections.require(session, who.course.id, order.section)
        enrolment.section_id = order.section
    if "student_number" in order.model_fields_set:
        enrolment.student_number = order.student_number or None
    await session.flush()
    await note_role(session, who, person_id, before, role)
    await recompute(session, who.course.id, [person_id])
    return await view(session, who, person_id)


async def remove(session: AsyncSession, who: InCourse, person_id: uuid.UUID) -> None:
    """Take somebody out of a course: they take part in it no more, and their grades stay. Who
    leaves by themselves can come back by the course's code. To do that twice is harmless. Raises
    LastOwner."""
    await locked(session, who.course.id)
    enrolment, _, _ = await _require(session, who, person_id)
    if enrolment.left_at is not None:
        return
    role = CourseRole(enrolment.role)
    if person_id != who.person.id:
        require_may_name(who, role, role)
    if role is CourseRole.OWNER:
        await require_another_owner(session, who.course.id, person_id)
    await repository.leave(session, enrolment.id, now(), taken_out=person_id != who.person.id)
    await note_role(session, who, person_id, role, None)


async def restore(session: AsyncSession, who: InCourse, person_id: uuid.UUID) -> PersonRow:
    """Take somebody who has left in again, as what they were. To do that twice is harmless."""
    await locked(session, who.course.id)
    enrolment, _, _ = await _require(session, who, person_id)
    if enrolment.left_at is not None:
        role = CourseRole(enrolment.role)
        require_may_name(who, role, role)
        enrolment.left_at, enrolment.taken_out = None, False
        await session.flush()
        await note_role(session, who, person_id, None, role)
        await recompute(session, who.course.id, [person_id])
    return await view(session, who, person_id)


async def view(session: AsyncSession, who: InCourse, person_id: uuid.UUID) -> PersonRow:
    """Somebody who is or was in the course."""
    return _row(*await _require(session, who, person_id))


async def require_owners_elsewhere(session: AsyncSession, person: Person) -> None:
    """Raise LastOwner where a course would have no owner without this person. Until this
    transaction ends nobody else does anything in the courses that they are in."""
    await repository.lock_courses(session, person.id)
    alone = [
        course.title
        for course in await repository.owned_courses(session, person.id)
        if not await repository.count_owners(session, course.id, [person.id])
    ]
    if alone:
        raise LastOwner(
            f"You are the only owner of {', '.join(map(repr, alone[:5]))}. Name another owner or "
            "delete the course first."
        )


async def require_another_owner(
    session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID
) -> None:
    """Raise LastOwner where a course has no owner but this person."""
    if not await repository.count_owners(session, course_id, [person_id]):
        raise LastOwner("This is the only owner of the course. Name another owner first.")


def require_may_name(who: InCourse, before: CourseRole | None, after: CourseRole) -> None:
    """Raise Forbidden where somebody is or becomes an owner, and who asks is none."""
    if CourseRole.OWNER in (before, after) and not who.may(Power.OWN):
        raise Forbidden("Only an owner of the course names owners, and changes what they are.")


async def note_role(
    session: AsyncSession,
    who: InCourse,
    person_id: uuid.UUID,
    before: CourseRole | None,
    after: CourseRole | None,
) -> None:
    """Write down that somebody's role in a course is another, where one of them is staff's."""
    if before is after or {before, after} <= {CourseRole.STUDENT, None}:
        return
    await record(
        session,
        AuditKind.COURSE_ROLE_CHANGED,
        person_id=person_id,
        actor_id=who.person.id,
        course=str(who.course.id),
        before=before or "none",
        after=after or "none",
    )


async def _require(session: AsyncSession, who: InCourse, person_id: uuid.UUID) -> repository.Row:
    row = await repository.find(session, who.course.id, person_id)
    if row is None:
        raise NotFound("There is no such person in this course. Its page of people lists them.")
    return row


def _row(enrolment: Enrolment, person: Person, section: str | None) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.name,
        email=person.email,
        role=CourseRole(enrolment.role),
        section=enrolment.section_id,
        section_name=section,
        student_number=enrolment.student_number,
        since=enrolment.created_at,
        left_at=enrolment.left_at,
        taken_out=enrolment.taken_out,
    )
