"""Opening a problem of an assignment, by who takes part in its course."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse, Power
from app.models import CourseRole, Person
from app.submissions import assigned_repository as repository
from app.submissions.assigned import Assigned, assigned_to
from app.submissions.errors import NotSet


@dataclass(frozen=True)
class Opened:
    """A problem of an assignment as it is set to who opens it, and whether they are a student of
    the course: what staff submit is a test that counts nowhere."""

    assigned: Assigned
    student: bool


async def open_assigned(session: AsyncSession, person: Person, problem_id: uuid.UUID) -> Opened:
    """The problem of an assignment that this person takes part in. Raises NotSet where there is
    none, or none that they may know of."""
    row = await repository.find(session, problem_id)
    if row is None:
        raise NotSet
    _, assignment, course = row
    enrolments = await repository.enrolments(session, person.id, [course.id])
    who = InCourse(person, course, enrolments.get(course.id))
    if not who.may(Power.TAKE_PART) or not (assignment.listed or who.may(Power.READ_ALL)):
        raise NotSet
    role = who.enrolment.role if who.enrolment and who.enrolment.left_at is None else None
    assigned = await assigned_to(session, row, person.id)
    return Opened(assigned, student=role == CourseRole.STUDENT)
