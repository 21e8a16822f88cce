"""The log of a course's grades: who did what, when, from which points to which, and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.courses.grading_repository import students as student_ids
from app.errors import NotFound
from app.gradebook import anonymity, log_repository, repository
from app.gradebook.points import shown
from app.gradebook.repository import SetProblem
from app.gradebook.schemas import LogEntry, LogPage
from app.models import Assignment, GradeChange, GradeChangeKind

# What somebody is granted is told elsewhere with their name: a pseudonym beside it would be one.
_NAMED_ELSEWHERE = (GradeChangeKind.GRANTED.value, GradeChangeKind.GRANT_REMOVED.value)


async def page(
    session: AsyncSession,
    who: InCourse,
    *,
    before: int | None,
    student_id: uuid.UUID | None,
    problem_id: uuid.UUID | None,
    limit: int,
) -> LogPage:
    """Entries before one, the newest first; about one student or problem where that is asked for.
    Students of an assignment that is graded anonymously have its pseudonyms here too."""
    assignments = await repository.assignments(session, who.course.id)
    problems = await repository.problems(session, [each.id for each in assignments])
    hiding = _Hiding([each for each in assignments if anonymity.is_anonymous(each)], problems)
    conditions = [hiding.told()]
    if student_id is not None:
        everybody = await student_ids(session, who.course.id)
        conditions.append(hiding.about(student_id, everybody))
    rows = await log_repository.entries(
        session,
        who.course.id,
        before=before,
        problem_id=problem_id,
        conditions=conditions,
        limit=limit + 1,
    )
    people = {id_ for row in rows for id_ in (row.actor_id, row.person_id) if id_ is not None}
    names = await repository.names(session, people)
    titles = {each.id: each.title for each in assignments}
    problem_titles = {each.row.id: each.title for each in problems}
    items = tuple(
        _entry(row, names, titles, problem_titles, hiding.assignment_of(row))
        for row in rows[:limit]
    )
    return LogPage(items=items, next=items[-1].id if len(rows) > limit else None)


class _Hiding:
    """Which entries are about assignments whose students have pseudonyms."""

    def __init__(self, assignments: Sequence[Assignment], problems: Sequence[SetProblem]) -> None:
        self._assignments = {each.id: each for each in assignments}
        self._of_problem = {
            each.row.id: each.row.assignment_id
            for each in problems
            if each.row.assignment_id in self._assignments
        }

    def assignment_of(self, entry: GradeChange) -> Assignment | None:
        """The assignment whose pseudonyms an entry must use; None where it may tell the name."""
        if entry.assignment_id in self._assignments:
            return self._assignments[entry.assignment_id]
        if entry.problem_id in self._of_problem:
            return self._assignments[self._of_problem[entry.problem_id]]
        return None

    def told(self) -> ColumnElement[bool]:
        """Leaves out what would join a pseudonym to a name."""
        hidden = or_(false(), *map(self._is_about, self._assignments.values()))
        about_one = GradeChange.person_id.is_not(None)
        return ~(hidden & about_one & GradeChange.kind.in_(_NAMED_ELSEWHERE))

    def about(self, student_id: uuid.UUID, everybody: Sequence[uuid.UUID]) -> ColumnElement[bool]:
        """Entries about a student, who is named as in the assignment that an entry is about."""
        hidden = or_(false(), *map(self._is_about, self._assignments.values()))
        ways: list[ColumnElement[bool]] = [and_(~hidden, GradeChange.person_id == student_id)]
        for assignment in self._assignments.values():
            try:
                person_id = anonymity.real_person(assignment, student_id, everybody)
            except NotFound:
                continue
            ways.append(and_(self._is_about(assignment), GradeChange.person_id == person_id))
        return or_(*ways)

    def _is_about(self, assignment: Assignment) -> ColumnElement[bool]:
        problems = [id_ for id_, of in self._of_problem.items() if of == assignment.id]
        # Null would make all of what it stands in null.
        return or_(
            GradeChange.assignment_id.is_not_distinct_from(assignment.id),
            and_(GradeChange.problem_id.is_not(None), GradeChange.problem_id.in_(problems)),
        )


def _entry(
    row: GradeChange,
    names: Mapping[uuid.UUID, str],
    assignments: Mapping[uuid.UUID, str],
    problems: Mapping[uuid.UUID, str],
    hiding: Assignment | None,
) -> LogEntry:
    student_id, student = row.person_id, None
    if row.person_id is not None:
        student = names.get(row.person_id)
        if hiding is not None:
            student_id = anonymity.pseudonym(hiding, row.person_id)
            student = anonymity.pseudonym_name(student_id)
    return LogEntry(
        id=row.id,
        at=row.at,
        kind=GradeChangeKind(row.kind),
        actor_id=row.actor_id,
        actor=names.get(row.actor_id) if row.actor_id else None,
        student_id=student_id,
        student=student,
        assignment_id=row.assignment_id,
        assignment=assignments.get(row.assignment_id) if row.assignment_id else None,
        problem_id=row.problem_id,
        problem=problems.get(row.problem_id) if row.problem_id else None,
        points_before=shown(row.points_before),
        points_after=shown(row.points_after),
        reason=row.reason,
    )
