"""The gradebook of a course, as each reader may see it."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.gradebook.choosing import Choice, chosen
from app.gradebook.points import shown, total_points
from app.gradebook.points_repository import CellColumn
from app.gradebook.repository import SetProblem
from app.gradebook.schemas import (
    Column,
    GradebookView,
    GradedAssignment,
    GradedProblem,
    StudentRow,
)
from app.gradebook.sheet import Sheet, SheetAssignment, load


async def view(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID | None,
    choice: Choice,
    *,
    reveal: bool,
    offset: int,
    limit: int,
) -> GradebookView:
    """The students who fit the choice, from ``offset`` on, with their cells."""
    sheet = chosen(await load(session, who, assignment_id, reveal=reveal), choice)
    return view_of(sheet, offset, limit)


def view_of(sheet: Sheet, offset: int, limit: int) -> GradebookView:
    """Some rows of a sheet as an answer."""
    total = len(sheet.students)
    sheet = sheet.rows(range(min(offset, total), min(offset + limit, total)))
    return GradebookView(
        assignments=tuple(assignment_view(each) for each in sheet.assignments),
        problems=tuple(problem_view(each) for each in sheet.problems),
        students=tuple(
            StudentRow(
                id=each.id,
                name=each.name,
                number=each.number,
                email=each.email,
                section=each.section,
            )
            for each in sheet.students
        ),
        columns=tuple(
            _column(problem.row.id, column)
            for problem, column in zip(sheet.problems, sheet.columns, strict=True)
        ),
        totals=tuple(shown(total_points(cells)) for cells in sheet.cells),
        total=total,
    )


def problem_view(problem: SetProblem) -> GradedProblem:
    """A problem as a column."""
    return GradedProblem(
        id=problem.row.id,
        assignment_id=problem.row.assignment_id,
        slug=problem.row.problem_slug,
        title=problem.title,
        points=problem.row.points,
    )


def assignment_view(each: SheetAssignment) -> GradedAssignment:
    """An assignment, and how its students are shown."""
    return GradedAssignment(
        id=each.row.id,
        title=each.row.title,
        due_at=each.row.due_at,
        published_at=each.row.published_at,
        anonymous=each.row.anonymous,
        names_hidden=each.names_hidden,
        withheld=each.withheld,
        version=each.row.version,
    )


def _column(problem_id: uuid.UUID, column: CellColumn) -> Column:
    return Column(
        problem_id=problem_id,
        points=tuple(map(shown, column.points)),
        submissions=tuple(column.submissions),
        judging=tuple(column.judging),
        days_late=tuple(column.days_late),
        adjusted=tuple(column.adjusted),
    )
