"""Telling students of an assignment that is new to them, has other dates, or earns them other
points by other rules."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.feedback import is_shown
from app.assignments.grants_repository import students
from app.assignments.rules import rules_of
from app.assignments.wording import rules_in_words
from app.courses.notices import notify
from app.courses.rules import AssignmentRules
from app.db.base import now
from app.models import Assignment, Course


async def tell_students(
    session: AsyncSession, course: Course, assignment: Assignment, *, new: bool
) -> None:
    """Tell everybody who is a student now of their own dates. Who has not read the same yet is not
    told again."""
    people = [student.person_id for student in await students(session, course.id)]
    rules = await rules_of(session, [assignment], course, people)
    alike: dict[AssignmentRules, list[uuid.UUID]] = defaultdict(list)
    for person_id in people:
        alike[rules[assignment.id, person_id]].append(person_id)
    what = f"{assignment.title} is set" if new else f"{assignment.title} has other dates"
    link = f"/courses/{course.id}/assignments/{assignment.id}"
    at = now()
    for theirs, person_ids in alike.items():
        text = f"{what}. {rules_in_words(theirs, at)}"
        await notify(session, person_ids, course.id, text, link, once=True)


async def tell_points(
    session: AsyncSession,
    course: Course,
    assignment: Assignment,
    person_ids: Sequence[uuid.UUID],
    said: str,
) -> None:
    """Tell those who have other points now and see them, and what was changed. Who has left sees
    none."""
    found = await students(session, course.id, person_ids=person_ids)
    here = [student.person_id for student in found]
    rules = await rules_of(session, [assignment], course, here)
    moment = now()
    people = [each for each in here if is_shown(assignment, rules[assignment.id, each], moment)]
    text = f"{assignment.title} has other rules, and you have other points. {said}"
    await notify(session, people, course.id, text, f"/courses/{course.id}/grades")
