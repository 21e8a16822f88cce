"""Queries of the gradebook: what students have of problems, earned or set by hand."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Adjustment, AssignmentProblem, Grade


@dataclass(frozen=True)
class Cell:
    """What a student has of a problem. ``points`` are those shown: the adjustment's where there is
    one, else those earned."""

    points: float | None = None
    submissions: int = 0
    judging: int = 0
    days_late: int = 0
    adjusted: bool = False


NOTHING = Cell()


@dataclass(frozen=True)
class CellColumn:
    """The cells of a problem as parallel lists, one place for each student: a large course has
    tens of thousands of cells, and an object for each is what takes the time."""

    points: list[float | None]
    submissions: list[int]
    judging: list[int]
    days_late: list[int]
    adjusted: list[bool]

    @classmethod
    def empty(cls, students: int) -> CellColumn:
        """A column in which nobody has anything."""
        return cls(
            [None] * students, [0] * students, [0] * students, [0] * students, [False] * students
        )

    def cell(self, place: int) -> Cell:
        """One student's."""
        return Cell(
            self.points[place],
            self.submissions[place],
            self.judging[place],
            self.days_late[place],
            self.adjusted[place],
        )

    def rows(self, places: Sequence[int]) -> CellColumn:
        """These places only, in this order."""
        return CellColumn(
            [self.points[place] for place in places],
            [self.submissions[place] for place in places],
            [self.judging[place] for place in places],
            [self.days_late[place] for place in places],
            [self.adjusted[place] for place in places],
        )


async def columns(
    session: AsyncSession, problem_ids: Sequence[uuid.UUID], person_ids: Sequence[uuid.UUID]
) -> list[CellColumn]:
    """What these people have of these problems: a column for each problem, with a place for each
    person in the order given."""
    found = _cells(problem_ids, None).subquery()
    people = func.unnest(bindparam("people", list(person_ids), ARRAY(Uuid)))
    roster = people.table_valued("person_id", with_ordinality="place").render_derived()
    statement = (
        select(
            found.c.problem_id,
            func.array_agg(roster.c.place),
            *(
                func.array_agg(found.c[name])
                for name in ("points", "submissions", "judging", "days_late", "adjusted")
            ),
        )
        .join(roster, roster.c.person_id == found.c.person_id)
        .group_by(found.c.problem_id)
    )
    by_problem = {}
    for problem_id, places, *lists in await session.execute(statement):
        column = CellColumn.empty(len(person_ids))
        named: tuple[list[Any], ...] = (
            column.points,
            column.submissions,
            column.judging,
            column.days_late,
            column.adjusted,
        )
        for values, known in zip(named, lists, strict=True):
            for place, value in zip(places, known, strict=True):
                values[place - 1] = value
        by_problem[problem_id] = column
    nothing = CellColumn.empty(len(person_ids))
    return [by_problem.get(problem_id, nothing) for problem_id in problem_ids]


async def cells(
    session: AsyncSession,
    problem_ids: Collection[uuid.UUID],
    person_ids: Collection[uuid.UUID],
) -> dict[tuple[uuid.UUID, uuid.UUID], Cell]:
    """What these people have of these problems, by problem and person; where there is nothing,
    nothing. For a few of them."""
    rows = (await session.execute(_cells(problem_ids, person_ids))).all()
    return {(row[0], row[1]): Cell(*row[2:]) for row in rows}


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


async def count_judging(session: AsyncSession, assignment_id: uuid.UUID) -> int:
    """How many submissions to an assignment are being judged."""
    statement = (
        select(func.coalesce(func.sum(Grade.judging), 0))
        .join(AssignmentProblem, AssignmentProblem.id == Grade.problem_id)
        .where(AssignmentProblem.assignment_id == assignment_id)
    )
    return int((await session.execute(statement)).scalar_one())


async def tell_all_changed(session: AsyncSession, course_id: uuid.UUID, channel: str) -> None:
    """Tell who looks at a course's gradebook to read all of it again, once this commits."""
    await session.execute(select(func.pg_notify(channel, f"{course_id} * *")))


def _cells(
    problem_ids: Collection[uuid.UUID], person_ids: Collection[uuid.UUID] | None
) -> Select[uuid.UUID, uuid.UUID, float | None, int, int, int, bool]:
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
    return select(
        func.coalesce(earned.c.problem_id, by_hand.c.problem_id).label("problem_id"),
        func.coalesce(earned.c.person_id, by_hand.c.person_id).label("person_id"),
        shown.label("points"),
        func.coalesce(earned.c.submissions, 0).label("submissions"),
        func.coalesce(earned.c.judging, 0).label("judging"),
        func.coalesce(earned.c.days_late, 0).label("days_late"),
        by_hand.c.points.is_not(None).label("adjusted"),
    ).select_from(earned.outerjoin(by_hand, same, full=True))
