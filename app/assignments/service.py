"""Making, reading, changing and deleting the assignments of a course."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository
from app.assignments.changes import (
    NOTHING,
    changed_facts,
    changes_in_words,
    differences_since,
    effect_of,
    entry_of,
    facts_of,
    tried,
)
from app.assignments.problems import set_problems
from app.assignments.rules import policy_document, rules_in
from app.assignments.schemas import (
    AssignmentChanged,
    AssignmentCreate,
    AssignmentList,
    AssignmentUpdate,
    AssignmentView,
)
from app.assignments.telling import tell_points, tell_students
from app.assignments.views import assignment_view
from app.assignments.yours import of_student
from app.courses import repository as courses
from app.courses.access import InCourse, Power
from app.courses.grading import recompute
from app.courses.rules import AssignmentRules, Window
from app.courses.service import locked
from app.db.base import now
from app.errors import ChangedMeanwhile, ErrorItem, Invalid, NotConfirmed, NotFound
from app.gradebook.anonymity import is_anonymous, note_names_shown
from app.models import Assignment, Course, GradeChange, GradeChangeKind

MOST_ASSIGNMENTS = 200


async def list_assignments(session: AsyncSession, who: InCourse) -> AssignmentList:
    """The assignments of a course that this reader may know of, in order."""
    staff = who.may(Power.READ_ALL)
    rows = await repository.list_assignments(session, [who.course.id], listed_only=not staff)
    return AssignmentList(items=tuple(await _views(session, who, rows)))


async def get(session: AsyncSession, who: InCourse, assignment_id: uuid.UUID) -> AssignmentView:
    """An assignment. To students one that is not listed is as good as none."""
    row = await repository.find(session, who.course.id, assignment_id)
    if row is None or not (row.listed or who.may(Power.READ_ALL)):
        raise no_such_assignment()
    return (await _views(session, who, [row]))[0]


async def create(session: AsyncSession, who: InCourse, order: AssignmentCreate) -> AssignmentView:
    """Make an assignment, the last of its course."""
    course = await locked(session, who.course.id)
    others = await repository.list_assignments(session, [course.id], listed_only=False)
    if len(others) >= MOST_ASSIGNMENTS:
        raise Invalid(f"A course has at most {MOST_ASSIGNMENTS} assignments.")
    row = Assignment(id=uuid.uuid4(), course_id=course.id, position=len(others), policy={})
    values = order.model_dump(exclude={"problems", "late", "attempts", "counts"})
    _set(row, course, values | {name: getattr(order, name) for name in _POLICY})
    await repository.add(session, row)
    await set_problems(session, row, [], order.problems)
    if row.listed:
        await tell_students(session, course, row, new=True)
    return await get(session, who, row.id)


async def update(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID,
    order: AssignmentUpdate,
    *,
    dry_run: bool = False,
) -> AssignmentChanged:
    """Change what is given of an assignment, and with it the grades that follow from it. With
    ``dry_run`` only tell what that would do. Raises ChangedMeanwhile where somebody else has
    changed it since it was read."""
    course = await locked(session, who.course.id)
    if order.problems is not None:
        await repository.hold_for_deletion(session, course.id)
    row = await _locked(session, who, assignment_id)
    _refuse_stale(row, order)
    async with tried(session, undo=dry_run):
        answer = await _changed(session, who, course, row, order)
    return answer.model_copy(update={"saved": not dry_run})


async def delete(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID, confirmation: str
) -> None:
    """Delete an assignment. Where there are submissions, ``confirmation`` must be its title: the
    grades go, and the submissions stay with their people as practice, in which what was hidden
    stays so."""
    await locked(session, who.course.id)
    await repository.hold_for_deletion(session, who.course.id)
    row = await _locked(session, who, assignment_id)
    problems = await repository.problems_of(session, [row.id])
    ids = [problem.row.id for problem in problems]
    await repository.lock_problems(session, ids)
    count = sum((await repository.submissions_by_problem(session, ids)).values())
    if count and confirmation.strip() != row.title:
        raise NotConfirmed(
            f"{count} {'submission' if count == 1 else 'submissions'} would count for nothing any "
            f"more. To delete the assignment with its grades, type its title: “{row.title}”."
        )
    facts = {"title": row.title, "submissions": count, **facts_of(row, problems)}
    session.add(
        GradeChange(
            kind=GradeChangeKind.ASSIGNMENT_DELETED.value,
            course_id=row.course_id,
            assignment_id=row.id,
            actor_id=who.person.id,
            reason=f"{row.title} was deleted.",
            details={"before": facts},
        )
    )
    await session.flush()
    session.expunge_all()
    await courses.keep_hidden(session, who.course.id, assignment_id)
    await repository.remove(session, assignment_id)
    await recompute(session, who.course.id)


def no_such_assignment() -> NotFound:
    """Of one that is not there and one that the reader may not know of alike."""
    return NotFound("There is no such assignment in this course.")


_POLICY = ("late", "attempts", "counts")
_WINDOW = ("opens_at", "due_at", "late_until")


async def _views(
    session: AsyncSession, who: InCourse, rows: Sequence[Assignment]
) -> list[AssignmentView]:
    problems = await repository.problems_of(session, [row.id for row in rows])
    ids = [problem.row.id for problem in problems]
    staff = who.may(Power.READ_ALL)
    submissions = await repository.submissions_by_problem(session, ids) if staff else None
    yours = {} if staff else await of_student(session, who.person.id, [who.course], rows, problems)
    at = now()
    return [
        assignment_view(
            row,
            who.course,
            [problem for problem in problems if problem.row.assignment_id == row.id],
            at,
            submissions=submissions,
            yours=yours.get(row.id),
        )
        for row in rows
    ]


async def _locked(session: AsyncSession, who: InCourse, assignment_id: uuid.UUID) -> Assignment:
    row = await repository.find(session, who.course.id, assignment_id, lock=True)
    if row is None:
        raise no_such_assignment()
    return row


def _refuse_stale(row: Assignment, order: AssignmentUpdate) -> None:
    if order.version == row.version:
        return
    now_there = {name: getattr(row, name, None) for name in order.changes()} | row.policy
    raise ChangedMeanwhile(
        f"Somebody has changed this assignment since you read version {order.version}; it is at "
        f"version {row.version} now. Read it again, and send your change with that version.",
        errors=[
            ErrorItem(location=f"body.{name}", message=f"is {now_there[name]} now")
            for name in order.changes()
            if name != "problems"
        ],
    )


async def _changed(
    session: AsyncSession,
    who: InCourse,
    course: Course,
    row: Assignment,
    order: AssignmentUpdate,
) -> AssignmentChanged:
    problems = await repository.problems_of(session, [row.id])
    before = facts_of(row, problems)
    points = await repository.points_by_student(session, course.id)
    was_listed, was_anonymous = row.listed, is_anonymous(row)
    values = order.changes()
    values.pop("problems", None)
    position = values.pop("position", None)
    _set(row, course, values)
    row.version += 1
    if order.problems is not None:
        await set_problems(session, row, [problem.row for problem in problems], order.problems)
        await session.flush()
        problems = await repository.problems_of(session, [row.id])
    if position is not None:
        await _move(session, row, position)
    after = facts_of(row, problems)
    changed = changed_facts(before, after)
    said = ""
    if changed:
        ids = [problem.row.id for problem in problems]
        if row.listed or await repository.submissions_by_problem(session, ids):
            said = changes_in_words(before, after, ZoneInfo(course.time_zone))
            said = f"{said} {order.reason}".strip()
            session.add(entry_of(row, who.person.id, before, after, said))
        await session.flush()
        await recompute(session, course.id)
    if was_anonymous and not is_anonymous(row):
        await note_names_shown(session, who, row, "It is graded anonymously no more.")
    differences = await differences_since(session, course.id, points)
    if row.listed and (not was_listed or set(_WINDOW) & set(changed)):
        await tell_students(session, course, row, new=not was_listed)
    if row.listed:
        others = [each for each, more in differences.items() if abs(more) > NOTHING]
        await tell_points(session, course, row, others, said)
    return AssignmentChanged(
        saved=True,
        changed=changed,
        effect=effect_of(differences),
        assignment=await get(session, who, row.id),
    )


def _set(row: Assignment, course: Course, values: dict[str, object]) -> None:
    """Give an assignment values, its rules and dates only together, as they make sense."""
    rules = rules_in(row, course) if row.policy else AssignmentRules()
    window = {name: values.pop(name, getattr(row, name)) for name in _WINDOW}
    policy = {name: values.pop(name, getattr(rules, name)) for name in _POLICY}
    try:
        checked = Window.model_validate({**window, "time_zone": course.time_zone})
    except ValidationError as error:
        said = str(error.errors()[0]["ctx"]["error"])
        raise Invalid(
            f"The dates do not fit: {said}.",
            errors=[ErrorItem(location="body", message=said)],
        ) from error
    row.policy = policy_document(AssignmentRules(window=checked, **policy))
    for name in _WINDOW:
        setattr(row, name, getattr(checked, name))
    for name, value in values.items():
        setattr(row, name, value)


async def _move(session: AsyncSession, row: Assignment, position: int) -> None:
    rows = await repository.list_assignments(session, [row.course_id], listed_only=False)
    others = [other for other in rows if other.id != row.id]
    others.insert(position, row)
    for place, each in enumerate(others):
        each.position = place
    await session.flush()
