"""The rules of assignments as they are for each student: those of the row, kinder by grants."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import rules_repository as repository
from app.courses.grading_repository import students
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
        person_ids = await students(session, course.id)
    rows: dict[uuid.UUID, GrantRow] = {}
    held: dict[uuid.UUID, tuple[uuid.UUID, ...]] = dict.fromkeys(person_ids, ())
    for person_id, row in await repository.grants_of(session, course.id, person_ids):
        rows[row.id] = row
        held[person_id] += (row.id,)
    grants = {id_: (row.assignment_id, grant_of(row)) for id_, row in rows.items()}
    # Most people are granted nothing, and the others much the same: each way once.
    alike: dict[tuple[uuid.UUID, ...], list[uuid.UUID]] = defaultdict(list)
    for person_id, ids in held.items():
        alike[ids].append(person_id)
    found: dict[tuple[uuid.UUID, uuid.UUID], AssignmentRules] = {}
    for assignment in assignments:
        own, assignment_id = rules_in(assignment, course), assignment.id
        here = {id_ for id_, (only_in, _) in grants.items() if only_in in (None, assignment_id)}
        kinder: dict[tuple[uuid.UUID, ...], AssignmentRules] = {(): own}
        for ids, people in alike.items():
            key = tuple(id_ for id_ in ids if id_ in here)
            if key not in kinder:
                kinder[key] = own.granted(tuple(grants[id_][1] for id_ in key))
            for person_id in people:
                found[assignment_id, person_id] = kinder[key]
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
