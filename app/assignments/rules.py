"""The rules of assignments as they are for each student: those of the row, kinder by grants."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import rules_repository as repository
from app.courses.rules import AssignmentRules, Grant, Window
from app.models import Assignment, Course, GrantRow


def rules_in(assignment: Assignment, course: Course) -> AssignmentRules:
    """The rules of an assignment for who is granted nothing."""
    window = Window(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        late_until=assignment.late_until,
        time_zone=course.time_zone,
    )
    return AssignmentRules.model_validate({**assignment.policy, "window": window})


def policy_document(rules: AssignmentRules) -> dict[str, object]:
    """What ``Assignment.policy`` holds of these rules: all but the window."""
    return rules.model_dump(mode="json", exclude={"window"})


async def rules_of(
    session: AsyncSession,
    assignments: Sequence[Assignment],
    course: Course,
    person_ids: Collection[uuid.UUID] | None = None,
) -> Mapping[tuple[uuid.UUID, uuid.UUID], AssignmentRules]:
    """The rules of a course's assignments, by assignment and person, for each of these people or,
    where none are named, for every student, those who have left included. Two queries at most,
    however many there are. Who is not in the course is granted nothing."""
    if person_ids is None:
        person_ids = await repository.students(session, course.id)
    granted: dict[uuid.UUID, list[GrantRow]] = defaultdict(list)
    for person_id, row in await repository.grants_of(session, course.id, person_ids):
        granted[person_id].append(row)
    found = {}
    for assignment in assignments:
        own = rules_in(assignment, course)
        # Most people are granted nothing, and the others much the same: each way once.
        kinder: dict[tuple[uuid.UUID, ...], AssignmentRules] = {(): own}
        for person_id in person_ids:
            rows = [row for row in granted[person_id] if row.assignment_id in (None, assignment.id)]
            key = tuple(row.id for row in rows)
            if key not in kinder:
                kinder[key] = own.granted(tuple(map(grant_of, rows)))
            found[assignment.id, person_id] = kinder[key]
    return found


def grant_of(row: GrantRow) -> Grant:
    """A stored grant as the rules read it."""
    return Grant(
        due_at=row.due_at,
        late_until=row.late_until,
        later_by=row.later_by or timedelta(0),
        more_attempts=row.more_attempts,
        no_penalty=row.no_penalty,
    )
