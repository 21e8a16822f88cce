"""The gradebook as one table in memory: read whole, then filtered, sorted and cut into pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.errors import NotFound
from app.gradebook import anonymity, points_repository, repository
from app.gradebook.points_repository import Cell, CellColumn
from app.gradebook.repository import EnrolledStudent, SetProblem
from app.models import Assignment


@dataclass(frozen=True)
class SheetStudent:
    """A row. Where names are hidden, all that is known is a pseudonym."""

    id: uuid.UUID
    name: str
    number: str | None = None
    email: str | None = None
    section_id: uuid.UUID | None = None
    section: str | None = None


@dataclass(frozen=True)
class SheetAssignment:
    """An assignment and how the reader sees it."""

    row: Assignment
    names_hidden: bool
    withheld: bool


@dataclass(frozen=True)
class Sheet:
    """``columns`` has one for each problem, with a place for each student."""

    assignments: Sequence[SheetAssignment]
    problems: Sequence[SetProblem]
    students: Sequence[SheetStudent]
    columns: Sequence[CellColumn]

    @property
    def cells(self) -> Iterator[Sequence[Cell]]:
        """The rows, one after another, each with a cell for each problem."""
        for place in range(len(self.students)):
            yield [column.cell(place) for column in self.columns]

    def rows(self, places: Sequence[int]) -> Sheet:
        """The same with these rows only, in this order."""
        return replace(
            self,
            students=[self.students[place] for place in places],
            columns=[column.rows(places) for column in self.columns],
        )


async def load(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID | None, *, reveal: bool = False
) -> Sheet:
    """The gradebook of a course or of one assignment as this reader may see it, by name. Names
    that are hidden are not in it: whatever is made of a sheet cannot tell them."""
    shown = await shown_assignments(session, who, assignment_id, reveal=reveal)
    readable = [each.row.id for each in shown if not each.withheld]
    problems = await repository.problems(session, readable)
    enrolled = await repository.students(session, who.course.id)
    hiding = next((each.row for each in shown if each.names_hidden and not each.withheld), None)
    students = [(each.person_id, _student(each, hiding)) for each in enrolled]
    students.sort(key=lambda pair: (pair[1].name.casefold(), pair[1].id))
    columns = await points_repository.columns(
        session,
        [problem.row.id for problem in problems],
        [person_id for person_id, _ in students],
    )
    return Sheet(shown, problems, [student for _, student in students], columns)


async def shown_assignments(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID | None, *, reveal: bool
) -> list[SheetAssignment]:
    """All assignments of a course, or the one that is asked for. Beside others, one that is graded
    anonymously is withheld: a row of several assignments would join its pseudonym to a name."""
    rows = await repository.assignments(session, who.course.id)
    if assignment_id is None:
        return [
            SheetAssignment(row, hidden, withheld=hidden)
            for row in rows
            for hidden in (anonymity.is_anonymous(row),)
        ]
    row = next((row for row in rows if row.id == assignment_id), None)
    if row is None:
        raise NotFound("There is no such assignment in this course.")
    hidden = await anonymity.hides_names(session, who, row, reveal=reveal)
    return [SheetAssignment(row, hidden, withheld=False)]


def _student(enrolled: EnrolledStudent, hiding: Assignment | None) -> SheetStudent:
    if hiding is not None:
        pseudonym = anonymity.pseudonym(hiding, enrolled.person_id)
        return SheetStudent(pseudonym, anonymity.pseudonym_name(pseudonym))
    return SheetStudent(
        enrolled.person_id,
        enrolled.name,
        enrolled.number,
        enrolled.email,
        enrolled.section_id,
        enrolled.section,
    )
