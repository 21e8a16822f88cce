"""Queries on who is in a course."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.people_schemas import Presence, Sort
from app.models import Course, CourseRole, Enrolment, Person, Section

Row = tuple[Enrolment, Person, str | None]

_RANK = case(
    {role.value: rank for rank, role in enumerate(CourseRole)}, value=Enrolment.role, else_=99
)
_SORTED_BY = {
    Sort.ROLE: _RANK,
    Sort.SECTION: func.lower(Section.name),
    Sort.STUDENT_NUMBER: Enrolment.student_number,
    Sort.SINCE: Enrolment.created_at,
    Sort.NAME: func.lower(Person.name),
}


@dataclass(frozen=True)
class Filter:
    """Which people of a course are wanted."""

    presence: Presence = Presence.CURRENT
    roles: tuple[CourseRole, ...] = ()
    section_id: uuid.UUID | None = None
    text: str = ""
    sort: Sort = Sort.NAME


def get_base_statement(course_id: uuid.UUID) -> Select[Enrolment, Person, str | None]:
    """The people of a course, each with the name of their section."""
    return (
        select(Enrolment, Person, Section.name)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Section, Section.id == Enrolment.section_id)
        .where(Enrolment.course_id == course_id)
    )


async def list_people(
    session: AsyncSession, course_id: uuid.UUID, wanted: Filter, limit: int, offset: int
) -> tuple[Sequence[Row], int]:
    """A page of the people of a course, and how many fit the filter."""
    statement = _filtered(get_base_statement(course_id), wanted)
    total = (
        await session.execute(select(func.count()).select_from(statement.subquery()))
    ).scalar_one()
    statement = statement.order_by(*_order(wanted.sort)).limit(limit).offset(offset)
    rows = (await session.execute(statement)).all()
    return [(row[0], row[1], row[2]) for row in rows], total


async def find(session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID) -> Row | None:
    """Somebody who is or was in a course, as they are now."""
    statement = get_base_statement(course_id).where(Enrolment.person_id == person_id)
    statement = statement.execution_options(populate_existing=True)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def count_owners(
    session: AsyncSession, course_id: uuid.UUID, without: Sequence[uuid.UUID] = ()
) -> int:
    """How many owners a course has beside some people."""
    statement = select(func.count()).where(
        Enrolment.course_id == course_id,
        Enrolment.role == CourseRole.OWNER.value,
        Enrolment.left_at.is_(None),
        Enrolment.person_id.not_in(without),
    )
    return (await session.execute(statement)).scalar_one()


async def lock_courses(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Let nobody do anything in the courses that a person is or was in until this transaction ends.
    For who deletes the person: whoever works in a course takes its row before the rows of people
    and of what is theirs."""
    theirs = select(Enrolment.course_id).where(Enrolment.person_id == person_id)
    statement = select(Course.id).where(Course.id.in_(theirs)).order_by(Course.id)
    await session.execute(statement.with_for_update())


async def owned_courses(session: AsyncSession, person_id: uuid.UUID) -> Sequence[Course]:
    """The courses of which a person is an owner."""
    statement = (
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.role == CourseRole.OWNER.value,
            Enrolment.left_at.is_(None),
        )
        .order_by(Course.id)
    )
    return (await session.execute(statement)).scalars().all()


async def own_places(
    session: AsyncSession, person_id: uuid.UUID
) -> Sequence[tuple[Enrolment, Course, str | None]]:
    """Every course that a person is or was in, the first first."""
    statement = (
        select(Enrolment, Course, Section.name)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(Section, Section.id == Enrolment.section_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.created_at, Enrolment.id)
    )
    rows = (await session.execute(statement)).all()
    return [(row[0], row[1], row[2]) for row in rows]


async def leave(
    session: AsyncSession, enrolment_id: uuid.UUID, at: datetime, *, taken_out: bool
) -> None:
    """Note that somebody has left, or was taken out. The row and with it the grades stay."""
    statement = update(Enrolment).where(Enrolment.id == enrolment_id)
    await session.execute(statement.values(left_at=at, taken_out=taken_out))


async def people_by_email(session: AsyncSession, emails: Sequence[str]) -> dict[str, Person]:
    """Who has these addresses."""
    statement = select(Person).where(Person.email.in_(emails))
    return {
        person.email: person
        for person in (await session.execute(statement)).scalars()
        if person.email is not None
    }


async def all_names(session: AsyncSession) -> set[str]:
    """The names of all accounts of the service."""
    return set((await session.execute(select(Person.name))).scalars())


async def enrolments_of(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Enrolment]:
    """What these people are in a course, by person, as it is now."""
    statement = (
        select(Enrolment)
        .where(Enrolment.course_id == course_id, Enrolment.person_id.in_(person_ids))
        .execution_options(populate_existing=True)
    )
    return {each.person_id: each for each in (await session.execute(statement)).scalars()}


def _filtered(
    statement: Select[Enrolment, Person, str | None], wanted: Filter
) -> Select[Enrolment, Person, str | None]:
    if wanted.presence is not Presence.ANY:
        left = wanted.presence is Presence.LEFT
        statement = statement.where(Enrolment.left_at.is_not(None) == left)
    if wanted.roles:
        statement = statement.where(Enrolment.role.in_([role.value for role in wanted.roles]))
    if wanted.section_id is not None:
        statement = statement.where(Enrolment.section_id == wanted.section_id)
    for word in wanted.text.split():
        statement = statement.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Person.email.icontains(word, autoescape=True),
                Enrolment.student_number.icontains(word, autoescape=True),
            )
        )
    return statement


def _order(sort: Sort) -> list[ColumnElement]:
    """By what is wanted, then by name: nobody is on two pages or on none."""
    down = sort.value.startswith("-")
    column = _SORTED_BY[Sort(sort.value.removeprefix("-"))]
    by_name = _SORTED_BY[Sort.NAME]
    first = (column.desc() if down else column.asc()).nulls_last()
    return [first, by_name.asc(), Person.id.asc()]
