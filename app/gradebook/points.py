"""Points of the gradebook: what was earned so far, the sum, and how people read them."""

from __future__ import annotations

from collections.abc import Iterable

from app.gradebook.points_repository import Cell
from app.models import Grade

# Points are shown to so many digits after the point: more is noise of the arithmetic.
DIGITS = 4


def shown(points: float | None) -> float | None:
    """Points as people read them."""
    return None if points is None else round(points, DIGITS)


def earned(grade: Grade | None) -> float | None:
    """What a student has by the rules; None as long as nothing of theirs was judged."""
    return grade.points if grade is not None and grade.submissions > grade.judging else None


def total_points(cells: Iterable[Cell]) -> float | None:
    """The sum of the points of a row; None where it has none."""
    return sum_of(cell.points for cell in cells)


def sum_of(points: Iterable[float | None]) -> float | None:
    """The sum of those that there are; None where there are none. Of points as they are: rounded
    ones add up to another sum."""
    known = [each for each in points if each is not None]
    return sum(known) if known else None
