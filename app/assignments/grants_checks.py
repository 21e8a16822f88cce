"""Whether a grant makes sense: what it is for, for whom, and that it gives something."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import grants_repository as repository
from app.assignments import repository as assignments
from app.assignments.grants_repository import Student
from app.assignments.rules import grant_of
from app.courses import sections
from app.courses.rules import Grant
from app.errors import ErrorItem, Invalid, NotFound
from app.models import Assignment, Course, GrantRow

_NAMED = 5


async def checked(
    session: AsyncSession,
    course: Course,
    row: GrantRow,
    values: Mapping[str, Any],
    given: Collection[str],
) -> Assignment | None:
    """Give a grant these values and check all of it, of the dates those that are given; its
    assignment. Raises Invalid or NotFound."""
    if values.get("section_id") is not None:
        # Before it is the row's, which the next query stores.
        await sections.require(session, course.id, values["section_id"])
    for name, value in values.items():
        setattr(row, name, value)
    row.later_by = row.later_by or None
    assignment = None
    if row.assignment_id is not None:
        assignment = await assignments.find(session, course.id, row.assignment_id)
        if assignment is None:
            raise NotFound("There is no such assignment in this course.")
    if grant_of(row) == Grant():
        raise _invalid(
            "It grants nothing. Give a later date, more time, more attempts or no penalty."
        )
    for name in ("due_at", "late_until"):
        if name in given and getattr(row, name) is not None:
            _check_date(name, getattr(row, name), assignment)
    if row.due_at is not None and row.late_until is not None and row.late_until < row.due_at:
        raise _invalid("late_until is before due_at. Move it to that date or later.", "late_until")
    return assignment


async def enrolments_of(
    session: AsyncSession,
    course: Course,
    person_ids: Sequence[uuid.UUID],
    members: Sequence[Student] = (),
) -> list[uuid.UUID]:
    """The enrolments of these people, all students of the course now, or ``members`` already:
    those stay although they have left, and have it when they come back."""
    wanted = list(dict.fromkeys(person_ids))
    found = await repository.students(session, course.id, person_ids=wanted)
    known = {student.person_id: student.enrolment_id for student in (*members, *found)}
    if missing := [each for each in wanted if each not in known]:
        shown = ", ".join(map(str, missing[:_NAMED]))
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise _invalid(f"Not students of this course: {shown}{more}.", "person_ids")
    return [known[each] for each in wanted]


def _check_date(name: str, date: datetime, assignment: Assignment | None) -> None:
    if assignment is None:
        raise _invalid(
            f"{name} is for one assignment. For all of them use later_by, or name an assignment.",
            name,
        )
    due = assignment.due_at
    if due is None:
        raise _invalid("This assignment has no due date: nothing in it is ever late.", name)
    end = due if name == "due_at" else assignment.late_until or due
    if date <= end:
        raise _invalid(
            f"{name} is not later than the assignment's own ({end.isoformat()}) and would change "
            "nothing.",
            name,
        )


def _invalid(detail: str, name: str | None = None) -> Invalid:
    location = "body" if name is None else f"body.{name}"
    return Invalid(detail, errors=[ErrorItem(location=location, message=detail)])
