"""Extensions and accommodations: given, changed and taken back; grades follow, people are told."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import grants_repository as repository
from app.assignments import repository as assignments
from app.assignments.changes import effect_since, tried
from app.assignments.grants_checks import checked, enrolments_of
from app.assignments.grants_repository import NamedGrant, Student
from app.assignments.grants_schemas import (
    GrantChanged,
    GrantCreate,
    Granted,
    GrantPage,
    GrantUpdate,
    GrantView,
)
from app.assignments.grants_wording import grant_in_words
from app.assignments.rules import grant_of
from app.courses.access import InCourse
from app.courses.grading import recompute
from app.courses.notices import notify
from app.courses.service import locked
from app.db.base import now
from app.errors import Invalid, NotFound
from app.models import Assignment, Course, GradeChange, GradeChangeKind, GrantRow

MOST_GRANTS = 5000


async def list_grants(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID | None,
    person_id: uuid.UUID | None,
    limit: int,
    offset: int,
) -> GrantPage:
    """A page of the grants of a course, the newest first."""
    rows, total = await repository.list_grants(
        session,
        who.course.id,
        assignment_id=assignment_id,
        person_id=person_id,
        limit=limit,
        offset=offset,
    )
    return GrantPage(items=tuple(await _views(session, who.course, rows)), total=total)


async def get(session: AsyncSession, who: InCourse, grant_id: uuid.UUID) -> GrantView:
    """A grant of a course."""
    return (await _views(session, who.course, [await _find(session, who, grant_id)]))[0]


async def create(
    session: AsyncSession, who: InCourse, order: GrantCreate, *, dry_run: bool = False
) -> GrantChanged:
    """Grant something to students."""
    course = await locked(session, who.course.id)
    if await repository.count(session, course.id) >= MOST_GRANTS:
        raise Invalid(f"A course has at most {MOST_GRANTS} extensions and accommodations.")
    values = {name: getattr(order, name) for name in GrantCreate.model_fields}
    person_ids = values.pop("person_ids")
    row = GrantRow(id=uuid.uuid4(), course_id=course.id)
    assignment = await checked(session, course, row, values, values.keys())
    members = await enrolments_of(session, course, person_ids)
    async with tried(session, undo=dry_run):
        points = await assignments.points_by_student(session, course.id)
        await repository.add(session, row, members)
        people = await _people(session, row)
        await _note(session, who, row, people, None, _facts(row))
        await recompute(session, course.id, people)
        await _tell(session, course, assignment, people, _said(row, course))
        answer = GrantChanged(
            saved=not dry_run,
            effect=await effect_since(session, course.id, points),
            grant=await get(session, who, row.id),
        )
    return answer


async def update(
    session: AsyncSession,
    who: InCourse,
    grant_id: uuid.UUID,
    order: GrantUpdate,
    *,
    dry_run: bool = False,
) -> GrantChanged:
    """Change what is given of a grant."""
    course = await locked(session, who.course.id)
    row = (await _find(session, who, grant_id)).row
    async with tried(session, undo=dry_run):
        points = await assignments.points_by_student(session, course.id)
        before, people = _facts(row), await repository.people_of(session, row.id)
        values = order.changes()
        person_ids = values.pop("person_ids", None)
        assignment = await checked(session, course, row, values, values.keys())
        await session.flush()
        if person_ids is not None:
            named = (await repository.members_of(session, [row.id])).get(row.id, ())
            members = await enrolments_of(session, course, person_ids, named)
            await repository.set_members(session, row.id, members)
        after = await _people(session, row)
        await _note(session, who, row, after, before, _facts(row))
        await _note(session, who, row, people - after, before, None)
        await recompute(session, course.id, people | after)
        await _tell(session, course, assignment, after, _said(row, course))
        await _tell(session, course, assignment, people - after, None)
        answer = GrantChanged(
            saved=not dry_run,
            effect=await effect_since(session, course.id, points),
            grant=await get(session, who, row.id),
        )
    return answer


async def delete(
    session: AsyncSession, who: InCourse, grant_id: uuid.UUID, *, dry_run: bool = False
) -> GrantChanged:
    """Take a grant back."""
    course = await locked(session, who.course.id)
    row = (await _find(session, who, grant_id)).row
    assignment = await _assignment(session, row)
    async with tried(session, undo=dry_run):
        points = await assignments.points_by_student(session, course.id)
        people = await repository.people_of(session, row.id)
        await _note(session, who, row, people, _facts(row), None)
        session.expunge(row)
        await repository.remove(session, grant_id)
        await recompute(session, course.id, people)
        await _tell(session, course, assignment, people, None)
        effect = await effect_since(session, course.id, points)
    return GrantChanged(saved=not dry_run, effect=effect, grant=None)


async def _find(session: AsyncSession, who: InCourse, grant_id: uuid.UUID) -> NamedGrant:
    found = await repository.find(session, who.course.id, grant_id)
    if found is None:
        raise NotFound("There is no such extension or accommodation in this course.")
    return found


async def _assignment(session: AsyncSession, row: GrantRow) -> Assignment | None:
    if row.assignment_id is None:
        return None
    return await assignments.find(session, row.course_id, row.assignment_id)


async def _people(session: AsyncSession, row: GrantRow) -> set[uuid.UUID]:
    people = await repository.people_of(session, row.id)
    if not people and row.section_id is None:
        raise Invalid("Say for whom it is: for some students by name, or for a section.")
    return people


async def _views(
    session: AsyncSession, course: Course, rows: Sequence[NamedGrant]
) -> list[GrantView]:
    members = await repository.members_of(session, [each.row.id for each in rows])
    return [_view(each, course, members.get(each.row.id, ())) for each in rows]


def _view(named: NamedGrant, course: Course, members: Sequence[Student]) -> GrantView:
    row = named.row
    grant = grant_of(row)
    return GrantView(
        id=row.id,
        assignment_id=row.assignment_id,
        assignment=named.assignment,
        people=tuple(
            Granted(
                id=each.person_id,
                name=each.name,
                student_number=each.student_number,
                left=each.left,
            )
            for each in members
        ),
        section_id=row.section_id,
        section=named.section,
        due_at=row.due_at,
        late_until=row.late_until,
        later_by=grant.later_by,
        more_attempts=row.more_attempts,
        no_penalty=row.no_penalty,
        granted=_said(row, course),
        reason=row.reason,
        created_at=row.created_at,
    )


def _said(row: GrantRow, course: Course) -> str:
    return grant_in_words(grant_of(row), ZoneInfo(course.time_zone), now())


def _facts(row: GrantRow) -> dict[str, Any]:
    """What is granted, as JSON data for the log; it names nobody."""
    facts = grant_of(row).model_dump(mode="json", exclude_defaults=True)
    section = {} if row.section_id is None else {"section": str(row.section_id)}
    return {"grant": str(row.id), **section, **facts}


async def _note(
    session: AsyncSession,
    who: InCourse,
    row: GrantRow,
    people: Collection[uuid.UUID],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    kind = GradeChangeKind.GRANTED if after is not None else GradeChangeKind.GRANT_REMOVED
    session.add_all(
        GradeChange(
            kind=kind.value,
            course_id=row.course_id,
            assignment_id=row.assignment_id,
            person_id=person_id,
            actor_id=who.person.id,
            reason=row.reason,
            details={"before": before, "after": after},
        )
        for person_id in sorted(people)
    )
    await session.flush()


async def _tell(
    session: AsyncSession,
    course: Course,
    assignment: Assignment | None,
    people: Collection[uuid.UUID],
    said: str | None,
) -> None:
    """Tell those of them who are students now what they have, or that it was taken back. Of an
    assignment that is not listed nobody learns yet."""
    if assignment is None:
        what, link = f"An accommodation in all of {course.title}", f"/courses/{course.id}"
    elif assignment.listed:
        what = f"An extension of {assignment.title}"
        link = f"/courses/{course.id}/assignments/{assignment.id}"
    else:
        return
    text = f"{what} was taken back." if said is None else f"{what} is yours: {said}."
    told = await repository.students(session, course.id, person_ids=people)
    await notify(session, [each.person_id for each in told], course.id, text, link)
