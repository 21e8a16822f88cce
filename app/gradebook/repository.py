"""Queries of the gradebook: who is graded in what, and every cell."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Adjustment,
    Assignment,
    AssignmentProblem,
    CourseRole,
    Enrolment,
    Grade,
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


class Cell(NamedTuple):
    """What a student has of a problem. ``points`` are those shown: the adjustment's where there is
    one, else those earned. A tuple, because a large course has tens of thousands."""

    points: float | None = None
    submissions: int = 0
    judging: int = 0
    days_late: int = 0
    adjusted: bool = False


NOTHING = Cell()


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


async def student_ids(session: AsyncSession, course_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Everybody who is or was a student of a course."""
    statement = select(Enrolment.person_id).where(*_studying(course_id))
    return (await session.scalars(statement)).all()


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


async def cells(
    session: AsyncSession,
    problem_ids: Collection[uuid.UUID],
    person_ids: Collection[uuid.UUID] | None = None,
) -> dict[tuple[uuid.UUID, uuid.UUID], Cell]:
    """What all people, or these, have of these problems, by problem and person; where there is
    nothing, nothing."""
    grades = select(Grade).where(Grade.problem_id.in_(problem_ids))
    adjusted = select(Adjustment).where(Adjustment.problem_id.in_(problem_ids))
    if person_ids is not None:
        grades = grades.where(Grade.person_id.in_(person_ids))
        adjusted = adjusted.where(Adjustment.person_id.in_(person_ids))
    earned, by_hand = grades.subquery(), adjusted.subquery()
    same = (earned.c.problem_id == by_hand.c.problem_id) & (
        earned.c.person_id == by_hand.c.person_id
    )
    # Nothing is earned yet as long as no submission was judged.
    shown = func.coalesce(
        by_hand.c.points, case((earned.c.submissions > earned.c.judging, earned.c.points))
    )
    statement = select(
        func.coalesce(earned.c.problem_id, by_hand.c.problem_id),
        func.coalesce(earned.c.person_id, by_hand.c.person_id),
        shown,
        func.coalesce(earned.c.submissions, 0),
        func.coalesce(earned.c.judging, 0),
        func.coalesce(earned.c.days_late, 0),
        by_hand.c.points.is_not(None),
    ).select_from(earned.outerjoin(by_hand, same, full=True))
    rows = (await session.execute(statement)).all()
    return {(row[0], row[1]): Cell(*row[2:]) for row in rows}


async def find_grade(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID
) -> Grade | None:
    """What a student earned with a problem by the rules."""
    return await session.get(Grade, (problem_id, person_id), populate_existing=True)


async def find_adjustment(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID
) -> Adjustment | None:
    """The points that stand in place of those earned."""
    return await session.get(Adjustment, (problem_id, person_id), populate_existing=True)


async def names(session: AsyncSession, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What these people are called, as far as their accounts are there."""
    statement = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return {row.id: row.name for row in await session.execute(statement)}


async def section_name(session: AsyncSession, section_id: uuid.UUID | None) -> str | None:
    """What a section is called."""
    if section_id is None:
        return None
    return await session.scalar(select(Section.name).where(Section.id == section_id))


async def own_grades(
    session: AsyncSession, person_id: uuid.UUID, problem_ids: Collection[uuid.UUID]
) -> tuple[dict[uuid.UUID, Grade], dict[uuid.UUID, Adjustment]]:
    """A student's grades and adjustments, by problem."""
    grades = await session.scalars(
        select(Grade).where(Grade.person_id == person_id, Grade.problem_id.in_(problem_ids))
    )
    adjustments = await session.scalars(
        select(Adjustment).where(
            Adjustment.person_id == person_id, Adjustment.problem_id.in_(problem_ids)
        )
    )
    return (
        {each.problem_id: each for each in grades},
        {each.problem_id: each for each in adjustments},
    )


async def tell_all_changed(session: AsyncSession, course_id: uuid.UUID, channel: str) -> None:
    """Tell who looks at a course's gradebook to read all of it again, once this commits."""
    await session.execute(select(func.pg_notify(channel, f"{course_id} * *")))


def _studying(course_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT.value
