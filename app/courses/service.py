"""Making, changing and deleting courses."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import record
from app.courses import repository
from app.courses.access import InCourse, Power
from app.courses.grading import recompute
from app.courses.joining_codes import shown
from app.courses.schemas import CourseCreate, CourseList, CourseUpdate, CourseView, Which
from app.db.base import now
from app.errors import Forbidden, NotConfirmed, NotFound
from app.models import (
    AuditKind,
    Course,
    CourseRole,
    Enrolment,
    GradeChange,
    GradeChangeKind,
    Person,
    Role,
)


async def list_courses(
    session: AsyncSession, person: Person, which: Which, limit: int, offset: int
) -> CourseList:
    """The courses of a person or, for an admin who asks for them, all."""
    if which is Which.ALL and person.role != Role.ADMIN:
        raise Forbidden("All courses are listed to admins alone. Leave `which` out for yours.")
    rows, total = await repository.list_courses(
        session, person.id, mine=which is Which.MINE, limit=limit, offset=offset
    )
    return CourseList(items=tuple(_view(person, *row) for row in rows), total=total)


async def create(session: AsyncSession, person: Person, order: CourseCreate) -> CourseView:
    """Make a course, whose owner is who makes it."""
    course = Course(id=uuid.uuid4(), **order.model_dump())
    await repository.add(session, course, person.id)
    await note_made(session, person, course)
    return await view(session, person, course.id)


async def note_made(session: AsyncSession, person: Person, course: Course) -> None:
    """Write down that somebody made a course."""
    await record(
        session,
        AuditKind.COURSE_CREATED,
        person_id=person.id,
        actor_id=person.id,
        course=str(course.id),
    )


async def view(session: AsyncSession, person: Person, course_id: uuid.UUID) -> CourseView:
    """A course as this person, who may see it, sees it."""
    row = await repository.find(session, course_id, person.id)
    if row is None:
        raise NotFound("This course has just been deleted.")
    return _view(person, *row)


async def update(session: AsyncSession, who: InCourse, order: CourseUpdate) -> CourseView:
    """Change what is named of a course. What grades follow from computes them again."""
    course = await locked(session, who.course.id)
    before = (course.time_zone, course.late_days)
    changes = order.model_dump(exclude_none=True, exclude={"archived", "runtime"})
    for name, value in changes.items():
        setattr(course, name, value)
    if order.runtime is not None:
        course.runtime = order.runtime or None
    if order.archived is not None and order.archived is not (course.archived_at is not None):
        course.archived_at = now() if order.archived else None
    await session.flush()
    if (course.time_zone, course.late_days) != before:
        await _note_rules(session, who, course, before)
        await recompute(session, course.id)
    return await view(session, who.person, course.id)


async def delete(session: AsyncSession, who: InCourse, confirmation: str) -> None:
    """Delete a course with its assignments and grades. Submissions stay with their people, as
    practice, in which what was hidden stays so. ``confirmation`` must be the course's title."""
    course = await locked(session, who.course.id)
    if confirmation.strip() != course.title:
        raise NotConfirmed(
            f"To delete the course with all its grades, type its title: “{course.title}”."
        )
    await record(
        session,
        AuditKind.COURSE_DELETED,
        person_id=None,
        actor_id=who.person.id,
        course=str(course.id),
    )
    await repository.keep_hidden(session, course.id)
    await repository.remove(session, course.id)


async def locked(session: AsyncSession, course_id: uuid.UUID, *, shared: bool = False) -> Course:
    """The course, which nobody else changes until this transaction ends."""
    course = await repository.lock(session, course_id, shared=shared)
    if course is None:
        raise NotFound("This course has just been deleted.")
    return course


async def _note_rules(
    session: AsyncSession, who: InCourse, course: Course, before: tuple[str, int]
) -> None:
    session.add(
        GradeChange(
            kind=GradeChangeKind.RULES_CHANGED.value,
            course_id=course.id,
            actor_id=who.person.id,
            reason="the course's settings were changed",
            details={
                "before": {"time_zone": before[0], "late_days": before[1]},
                "after": {"time_zone": course.time_zone, "late_days": course.late_days},
            },
        )
    )
    await session.flush()


def _view(person: Person, course: Course, enrolment: Enrolment | None, students: int) -> CourseView:
    who = InCourse(person, course, enrolment)
    here = enrolment is not None and enrolment.left_at is None
    return CourseView(
        id=course.id,
        title=course.title,
        term=course.term,
        time_zone=course.time_zone,
        late_days=course.late_days,
        runtime=course.runtime,
        role=CourseRole(enrolment.role) if here and enrolment is not None else None,
        students=students if who.may(Power.READ_ALL) else None,
        join_code=shown(course.join_code) if who.may(Power.TEACH) else None,
        created_at=course.created_at,
        archived_at=course.archived_at,
    )
