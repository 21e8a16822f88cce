"""Which students of a gradebook are shown, and in which order."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import NotFound
from app.gradebook.points import shown, sum_of
from app.gradebook.points_repository import CellColumn
from app.gradebook.schemas import SortColumn, SortOrder, StudentState
from app.gradebook.sheet import Sheet, SheetStudent

_STATES: dict[StudentState, Callable[[CellColumn, int], bool]] = {
    StudentState.UNSUBMITTED: lambda column, at: (
        not (column.submissions[at] or column.adjusted[at])
    ),
    StudentState.UNGRADED: lambda column, at: (
        column.submissions[at] > 0 and column.points[at] is None
    ),
    StudentState.ADJUSTED: lambda column, at: column.adjusted[at],
    StudentState.LATE: lambda column, at: column.days_late[at] > 0,
    StudentState.JUDGING: lambda column, at: column.judging[at] > 0,
}


@dataclass(frozen=True)
class Choice:
    """What a reader asks for. All words of ``search`` are in a student's name, number or address;
    ``state`` is one of at least one cell."""

    section_id: uuid.UUID | None = None
    search: str = ""
    state: StudentState | None = None
    sort: SortColumn | uuid.UUID = SortColumn.NAME
    order: SortOrder = SortOrder.ASCENDING


def chosen(sheet: Sheet, choice: Choice) -> Sheet:
    """The rows of a sheet that fit, in order. Those of equal rank keep the order of names."""
    words = choice.search.casefold().split()
    is_so = None if choice.state is None else _STATES[choice.state]
    places = [
        place
        for place, student in enumerate(sheet.students)
        if (choice.section_id is None or student.section_id == choice.section_id)
        and (not words or _has(student, words))
        and (is_so is None or any(is_so(column, place) for column in sheet.columns))
    ]
    rank = _rank(sheet, choice.sort)
    ranked = [place for place in places if rank(place) is not None]
    ranked.sort(key=rank, reverse=choice.order is SortOrder.DESCENDING)
    return sheet.rows([*ranked, *(place for place in places if rank(place) is None)])


def _has(student: SheetStudent, words: list[str]) -> bool:
    text = "\n".join((student.name, student.number or "", student.email or "")).casefold()
    return all(word in text for word in words)


def _rank(sheet: Sheet, column: SortColumn | uuid.UUID) -> Callable[[int], Any]:
    """By what a row is sorted; None puts it last. Points that are shown alike are alike."""
    if isinstance(column, uuid.UUID):
        ids = [problem.row.id for problem in sheet.problems]
        if column not in ids:
            raise NotFound(
                "There is no such problem in this gradebook to sort by; `problems` of GET "
                f"/api/v1/courses/{{course_id}}/gradebook lists them. Other columns are: "
                f"{', '.join(SortColumn)}."
            )
        points = sheet.columns[ids.index(column)].points
        return lambda place: shown(points[place])
    if column is SortColumn.TOTAL:
        return lambda place: shown(sum_of(column.points[place] for column in sheet.columns))
    texts = [getattr(student, column.value) for student in sheet.students]
    return lambda place: texts[place].casefold() if texts[place] else None
