"""Queries on extensions and accommodations."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Assignment,
    Course,
    CourseRole,
    Enrolment,
    GrantMember,
    GrantRow,
    Person,
    Section,
)


@dataclass(frozen=True)
class NamedGrant:
    """A grant with the title of its assignment and the name of its section."""

    row: GrantRow
    assignment: str | None
    section: str | None


@dataclass(frozen=True)
class Student:
    """A student of a course, or who was one."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    student_number: str | None
    left: bool = False


def get_base_statement(course_id: uuid.UUID) -> Select[GrantRow, str | None, str | None]:
    """The grants of a course, with names."""
    return (
        select(GrantRow, Assignment.title, Section.name)
        .outerjoin(Assignment, Assignment.id == GrantRow.assignment_id)
        .outerjoin(Section, Section.id == GrantRow.section_id)
        .where(GrantRow.course_id == course_id)
        .execution_options(populate_existing=True)
    )


async def list_grants(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    assignment_id: uuid.UUID | None,
    person_id: uuid.UUID | None,
    limit: int,
    offset: int,
) -> tuple[list[NamedGrant], int]:
    """A page of the grants that fit, the newest first, and how many fit."""
    statement = get_base_statement(course_id)
    if assignment_id is not None:
        statement = statement.where(GrantRow.assignment_id == assignment_id)
    if person_id is not None:
        statement = statement.where(_is_for(person_id))
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = (await session.execute(counted)).scalar_one()
    statement = statement.order_by(GrantRow.created_at.desc(), GrantRow.id)
    rows = (await session.execute(statement.limit(limit).offset(offset))).all()
    return [NamedGrant(*row) for row in rows], total


async def count(session: AsyncSession, course_id: uuid.UUID) -> int:
    """How many grants there are in a course."""
    statement = select(func.count()).where(GrantRow.course_id == course_id)
    return (await session.execute(statement)).scalar_one()


async def find(
    session: AsyncSession, course_id: uuid.UUID, grant_id: uuid.UUID
) -> NamedGrant | None:
    """A grant of a course."""
    statement = get_base_statement(course_id).where(GrantRow.id == grant_id)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else NamedGrant(*row)


async def members_of(
    session: AsyncSession, grant_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Student]]:
    """The students named in grants, by grant and name, whoever has left included."""
    statement = (
        select(
            GrantMember.grant_id,
            Enrolment.id,
            Enrolment.person_id,
            Person.name,
            Enrolment.student_number,
            Enrolment.left_at.is_not(None),
        )
        .join(Enrolment, Enrolment.id == GrantMember.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(GrantMember.grant_id.in_(grant_ids))
        .order_by(Person.name)
    )
    found: dict[uuid.UUID, list[Student]] = defaultdict(list)
    for row in (await session.execute(statement)).all():
        found[row[0]].append(Student(*row[1:]))
    return found


async def students(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    person_ids: Collection[uuid.UUID] | None = None,
    section_id: uuid.UUID | None = None,
) -> Sequence[Student]:
    """The students who are in a course now, by name: all, these, or those of a section."""
    statement = (
        select(Enrolment.id, Enrolment.person_id, Person.name, Enrolment.student_number)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.role == CourseRole.STUDENT.value,
            Enrolment.left_at.is_(None),
        )
        .order_by(Person.name)
    )
    if person_ids is not None:
        statement = statement.where(Enrolment.person_id.in_(person_ids))
    if section_id is not None:
        statement = statement.where(Enrolment.section_id == section_id)
    return [Student(*row) for row in (await session.execute(statement)).all()]


async def people_of(session: AsyncSession, grant_id: uuid.UUID) -> set[uuid.UUID]:
    """Everybody for whom a grant is, by name or by section, whoever has left included."""
    named = select(Enrolment.person_id).join(GrantMember, GrantMember.enrolment_id == Enrolment.id)
    of_section = select(Enrolment.person_id).join(
        GrantRow, GrantRow.section_id == Enrolment.section_id
    )
    statement = named.where(GrantMember.grant_id == grant_id).union(
        of_section.where(GrantRow.id == grant_id)
    )
    return set((await session.execute(statement)).scalars())


async def granted_to(
    session: AsyncSession, person_id: uuid.UUID
) -> list[tuple[GrantRow, str | None, Course]]:
    """All that a person is granted, with the title of the assignment and the course. Nothing of an
    assignment that is not listed."""
    statement = (
        select(GrantRow, Assignment.title, Course)
        .join(Course, Course.id == GrantRow.course_id)
        .outerjoin(Assignment, Assignment.id == GrantRow.assignment_id)
        .where(_is_for(person_id), or_(GrantRow.assignment_id.is_(None), Assignment.listed))
        .order_by(GrantRow.created_at, GrantRow.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(statement)).all()]


async def add(session: AsyncSession, row: GrantRow, enrolment_ids: Sequence[uuid.UUID]) -> None:
    """Store a new grant for these members."""
    session.add(row)
    await session.flush()
    await set_members(session, row.id, enrolment_ids)


async def set_members(
    session: AsyncSession, grant_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID]
) -> None:
    """Name these members in a grant, and no others."""
    await session.execute(delete(GrantMember).where(GrantMember.grant_id == grant_id))
    rows = [{"grant_id": grant_id, "enrolment_id": each} for each in enrolment_ids]
    if rows:
        await session.execute(insert(GrantMember), rows)


async def remove(session: AsyncSession, grant_id: uuid.UUID) -> None:
    """Delete a grant."""
    await session.execute(delete(GrantRow).where(GrantRow.id == grant_id))


def _is_for(person_id: uuid.UUID) -> ColumnElement[bool]:
    by_name = exists().where(
        GrantMember.grant_id == GrantRow.id, GrantMember.enrolment_id == Enrolment.id
    )
    return exists().where(
        Enrolment.course_id == GrantRow.course_id,
        Enrolment.person_id == person_id,
        or_(GrantRow.section_id == Enrolment.section_id, by_name),
    )
