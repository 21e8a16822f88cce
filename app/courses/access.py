"""What a person may do in a course: typed dependencies for endpoints below ``{course_id}``."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Security
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import SignedIn, signed_in
from app.db.session import SessionDep
from app.errors import Forbidden, NotFound
from app.models import Course, CourseRole, Enrolment, Person, Role
from app.roles import Scope


class Power(StrEnum):
    """What may be done in a course. Who may not even take part must not learn that it exists."""

    TAKE_PART = "take part"
    READ_ALL = "read everybody's work and grades"
    GRADE = "change grades"
    TEACH = "set work and enrol people"
    OWN = "delete the course and name its owners"


_OBSERVER = frozenset({Power.TAKE_PART, Power.READ_ALL})
_GRADER = _OBSERVER | {Power.GRADE}
_INSTRUCTOR = _GRADER | {Power.TEACH}
_OWNER = _INSTRUCTOR | {Power.OWN}

POWERS: dict[CourseRole, frozenset[Power]] = {
    CourseRole.STUDENT: frozenset({Power.TAKE_PART}),
    CourseRole.OBSERVER: _OBSERVER,
    CourseRole.GRADER: _GRADER,
    CourseRole.INSTRUCTOR: _INSTRUCTOR,
    CourseRole.OWNER: _OWNER,
}


@dataclass(frozen=True)
class InCourse:
    """A person in a course. An admin of the service who is not enrolled has no ``enrolment`` and
    may do what an owner may."""

    person: Person
    course: Course
    enrolment: Enrolment | None

    @property
    def powers(self) -> frozenset[Power]:
        if self.person.role == Role.ADMIN:
            return _OWNER
        if self.enrolment is None or self.enrolment.left_at is not None:
            return frozenset()
        return POWERS[CourseRole(self.enrolment.role)]

    def may(self, power: Power) -> bool:
        """Whether this person may do that here."""
        return power in self.powers

    def require(self, power: Power) -> None:
        """Raise NotFound for who does not take part, and Forbidden for who lacks the power."""
        if not self.may(Power.TAKE_PART):
            raise NotFound("There is no such course among yours. GET /api/v1/courses lists them.")
        if not self.may(power):
            raise Forbidden(f"In this course you may not {power}; its owner decides who may.")


async def in_course(session: AsyncSession, person: Person, course_id: uuid.UUID) -> InCourse:
    """What the person is in the course. Raises NotFound where they do not take part."""
    statement = (
        select(Course, Enrolment)
        .outerjoin(
            Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.person_id == person.id)
        )
        .where(Course.id == course_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such course among yours. GET /api/v1/courses lists them.")
    found = InCourse(person, row[0], row[1])
    found.require(Power.TAKE_PART)
    return found


def _reads(power: Power) -> Callable[..., Coroutine[Any, Any, InCourse]]:
    async def dependency(course_id: uuid.UUID, session: SessionDep, person: SignedIn) -> InCourse:
        found = await in_course(session, person, course_id)
        found.require(power)
        return found

    return dependency


def _changes(
    power: Power, scope: Scope = Scope.TEACH
) -> Callable[..., Coroutine[Any, Any, InCourse]]:
    async def dependency(
        course_id: uuid.UUID,
        session: SessionDep,
        # Not in the annotation, where a name of this function is not known.
        person: Person = Security(signed_in, scopes=[scope]),
    ) -> InCourse:
        found = await in_course(session, person, course_id)
        found.require(power)
        return found

    return dependency


async def course_maker(
    person: Annotated[Person, Security(signed_in, scopes=[Scope.TEACH])],
) -> Person:
    """Who may make courses: instructors of the service, and admins."""
    if not person.is_staff:
        raise Forbidden(
            "Courses are made by instructors of this service. Ask who runs it to make you one."
        )
    return person


CourseMaker = Annotated[Person, Security(course_maker)]

# Who reads.
Participant = Annotated[InCourse, Security(_reads(Power.TAKE_PART))]
Observer = Annotated[InCourse, Security(_reads(Power.READ_ALL))]

# Who does what is their own to do in the course; a token needs the scope "submit".
Member = Annotated[InCourse, Security(_changes(Power.TAKE_PART, Scope.SUBMIT))]

# Who changes something; a token needs the scope "teach".
Grader = Annotated[InCourse, Security(_changes(Power.GRADE))]
Teacher = Annotated[InCourse, Security(_changes(Power.TEACH))]
Owner = Annotated[InCourse, Security(_changes(Power.OWN))]
