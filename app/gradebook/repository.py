"""Queries of the gradebook: who is graded, and in what."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    AssignmentProblem,
    CourseRole,
    Enrolment,
    Person,
    Problem,
    Section,
)


@dataclass(frozen=True)
class SetProblem:
    """A problem of an assignment, with its title."""

    row: AssignmentProblem
    title: str


@dataclass(frozen=True)
class EnrolledStudent:
    """A student of a course."""

    person_id: uuid.UUID
    name: str
    email: str | None
    number: str | None
    section_id: uuid.UUID | None
    section: str | None


async def assignments(session: AsyncSession, course_id: uuid.UUID) -> Sequence[Assignment]:
    """The assignments of a course, in order."""
    statement = (
        select(Assignment)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.created_at, Assignment.id)
    )
    return (await session.scalars(statement)).all()


async def problems(
    session: AsyncSession, assignment_ids: Sequence[uuid.UUID]
) -> Sequence[SetProblem]:
    """The problems of these assignments, in their order."""
    statement = (
        select(AssignmentProblem, Problem.title)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .where(AssignmentProblem.assignment_id.in_(assignment_ids))
        .order_by(AssignmentProblem.position, AssignmentProblem.id)
    )
    found = [SetProblem(row[0], row[1]) for row in await session.execute(statement)]
    place = {assignment_id: at for at, assignment_id in enumerate(assignment_ids)}
    return sorted(found, key=lambda problem: place[problem.row.assignment_id])


async def find_problem(
    session: AsyncSession, course_id: uuid.UUID, problem_id: uuid.UUID
) -> tuple[Assignment, SetProblem] | None:
    """A problem of a course's assignment."""
    statement = (
        select(Assignment, AssignmentProblem, Problem.title)
        .join(AssignmentProblem, AssignmentProblem.assignment_id == Assignment.id)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .where(Assignment.course_id == course_id, AssignmentProblem.id == problem_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], SetProblem(row[1], row[2]))


async def lock_assignment(
    session: AsyncSession, course_id: uuid.UUID, assignment_id: uuid.UUID
) -> Assignment | None:
    """An assignment of a course; until this transaction ends nobody else changes it."""
    statement = (
        select(Assignment)
        .where(Assignment.course_id == course_id, Assignment.id == assignment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def students(session: AsyncSession, course_id: uuid.UUID) -> list[EnrolledStudent]:
    """The students who are in a course now."""
    statement = (
        select(
            Enrolment.person_id,
            Person.name,
            Person.email,
            Enrolment.student_number,
            Enrolment.section_id,
            Section.name,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Section, Section.id == Enrolment.section_id)
        .where(*_studying(course_id), Enrolment.left_at.is_(None))
    )
    return [EnrolledStudent(*row) for row in await session.execute(statement)]


async def find_student(
    session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID
) -> tuple[Person, Enrolment] | None:
    """Somebody who is or was a student of a course."""
    statement = (
        select(Person, Enrolment)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(*_studying(course_id), Enrolment.person_id == person_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def names(session: AsyncSession, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What these people are called, as far as their accounts are there."""
    statement = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return {row.id: row.name for row in await session.execute(statement)}


async def section_name(session: AsyncSession, section_id: uuid.UUID | None) -> str | None:
    """What a section is called."""
    if section_id is None:
        return None
    return await session.scalar(select(Section.name).where(Section.id == section_id))


def _studying(course_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT.value
