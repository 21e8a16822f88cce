"""How the problems of an assignment went."""

from __future__ import annotations

import statistics
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.gradebook.points import DIGITS, shown
from app.gradebook.points_repository import CellColumn
from app.gradebook.repository import SetProblem
from app.gradebook.schemas import AssignmentStatistics, ProblemStatistics
from app.gradebook.sheet import Sheet, load

BINS = 10


async def of_assignment(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID
) -> AssignmentStatistics:
    """Statistics of an assignment, over the students who are in the course now."""
    return of_sheet(assignment_id, await load(session, who, assignment_id))


def of_sheet(assignment_id: uuid.UUID, sheet: Sheet) -> AssignmentStatistics:
    """The same from a sheet of the assignment that was read already."""
    return AssignmentStatistics(
        assignment_id=assignment_id,
        problems=tuple(
            of_problem(problem, column)
            for problem, column in zip(sheet.problems, sheet.columns, strict=True)
        ),
    )


def of_problem(problem: SetProblem, column: CellColumn) -> ProblemStatistics:
    """Statistics of a problem from its students' cells."""
    most = problem.row.points
    points = [each for each in column.points if each is not None]
    submissions = [each for each in column.submissions if each]
    return ProblemStatistics(
        problem_id=problem.row.id,
        title=problem.title,
        points=most,
        students=len(column.points),
        submitted=len(submissions),
        with_points=len(points),
        solved=sum(each >= most for each in points),
        mean=shown(statistics.fmean(points)) if points else None,
        median=shown(statistics.median(points)) if points else None,
        distribution=_distribution(points, most),
        submissions=sum(submissions),
        submissions_mean=shown(statistics.fmean(submissions)) if submissions else None,
    )


def _distribution(points: list[float], most: float) -> tuple[int, ...]:
    """How many have how many tenths; what is over the most counts as all. Three tenths are so also
    where the arithmetic came to a little less."""
    bins = [0] * BINS
    for each in points:
        tenth = int(round(each / most * BINS, DIGITS)) if most else BINS
        bins[max(0, min(tenth, BINS - 1))] += 1
    return tuple(bins)
