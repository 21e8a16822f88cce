"""A student's own grades: points and why, late days left, and what changed, as far as published."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.feedback import is_shown
from app.assignments.rules import rules_of
from app.courses.access import InCourse
from app.db.base import now
from app.gradebook import log_repository, points_repository, repository
from app.gradebook.own_schemas import OwnAssignment, OwnChange, OwnGrades, OwnProblem
from app.gradebook.points import earned, shown, sum_of
from app.gradebook.repository import SetProblem
from app.gradebook.words import points_text, why_earned
from app.models import Adjustment, Assignment, Feedback, Grade, GradeChange, GradeChangeKind

_HISTORY = 200
_GRANTS = (GradeChangeKind.GRANTED, GradeChangeKind.GRANT_REMOVED)
_BY_RULES = (GradeChangeKind.REJUDGED, GradeChangeKind.RULES_CHANGED)


async def view(session: AsyncSession, who: InCourse) -> OwnGrades:
    """What this person has in the course."""
    course, person = who.course, who.person
    assignments = [each for each in await repository.assignments(session, course.id) if each.listed]
    problems = await repository.problems(session, [each.id for each in assignments])
    grades, adjustments = await points_repository.own_grades(
        session, person.id, [each.row.id for each in problems]
    )
    rules = await rules_of(session, assignments, course, [person.id])
    moment = now()
    told_of = {each.id: is_shown(each, rules[each.id, person.id], moment) for each in assignments}
    # Before grades are published an adjustment is nothing that a student knows of.
    published = {each.id for each in assignments if each.published_at is not None}
    worth = {
        each.row.id: _worth(
            each,
            grades.get(each.row.id),
            adjustments.get(each.row.id) if each.row.assignment_id in published else None,
            told=told_of[each.row.assignment_id],
        )
        for each in problems
    }
    items = [
        _assignment(
            assignment,
            [each for each in problems if each.row.assignment_id == assignment.id],
            grades,
            worth,
            told=told_of[assignment.id],
        ).model_copy(update={"due_at": rules[assignment.id, person.id].window.due_at})
        for assignment in assignments
    ]
    told = [each for each in items if each.points_shown]
    used = sum(each.late_days or 0 for each in told)
    entries = await log_repository.of_student(session, course.id, person.id, _HISTORY)
    first = await log_repository.first_published(session, course.id)
    return OwnGrades(
        course_id=course.id,
        points=shown(sum_of(each.points for each in worth.values())) or 0.0,
        most_points=shown(sum_of(each.most_points for each in told)) or 0.0,
        late_days=course.late_days,
        late_days_left=max(0, course.late_days - used),
        assignments=tuple(items),
        history=_history(entries, first, assignments, problems, told_of),
    )


@dataclass(frozen=True)
class _Worth:
    """What a problem earned as far as it is told, and why; whether that was set by hand."""

    points: float | None
    why: str
    adjusted: bool = False


def _worth(
    problem: SetProblem, grade: Grade | None, adjustment: Adjustment | None, *, told: bool
) -> _Worth:
    if not told:
        return _Worth(None, "Points are not published yet.")
    points, why = _points(problem.row.points, grade, adjustment)
    return _Worth(points, why, adjustment is not None)


def _assignment(
    assignment: Assignment,
    problems: Sequence[SetProblem],
    grades: Mapping[uuid.UUID, Grade],
    worth: Mapping[uuid.UUID, _Worth],
    *,
    told: bool,
) -> OwnAssignment:
    items = tuple(
        _problem(each, grades.get(each.row.id), worth[each.row.id], told=told) for each in problems
    )
    paid = [grades[each.row.id].paid_days for each in problems if each.row.id in grades]
    return OwnAssignment(
        id=assignment.id,
        title=assignment.title,
        due_at=assignment.due_at,
        feedback=Feedback(assignment.feedback),
        published_at=assignment.published_at,
        points_shown=told,
        points=shown(sum_of(worth[each.row.id].points for each in problems)),
        most_points=shown(sum_of(each.most_points for each in items)) or 0.0,
        late_days=max(paid, default=0) if told else None,
        problems=items,
    )


def _problem(problem: SetProblem, grade: Grade | None, worth: _Worth, *, told: bool) -> OwnProblem:
    late = submission_id = None
    if told:
        late = grade.days_late if grade is not None else 0
        submission_id = grade.submission_id if grade is not None else None
    return OwnProblem(
        problem_id=problem.row.id,
        slug=problem.row.problem_slug,
        title=problem.title,
        most_points=problem.row.points,
        points=shown(worth.points),
        why=worth.why,
        submissions=grade.submissions if grade is not None else 0,
        judging=grade.judging if grade is not None else 0,
        days_late=late,
        submission_id=submission_id,
        adjusted=worth.adjusted,
    )


def _points(
    most: float, grade: Grade | None, adjustment: Adjustment | None
) -> tuple[float | None, str]:
    if adjustment is not None:
        by_rules = earned(grade)
        said = "" if by_rules is None else f" By the rules it was {points_text(by_rules)}."
        set_to = points_text(adjustment.points)
        return adjustment.points, f"Set by hand to {set_to}. {adjustment.reason}{said}"
    if grade is None or not grade.submissions:
        return None, "You have submitted nothing that counts."
    if grade.submissions == grade.judging:
        return None, "It is being judged."
    why = why_earned(grade.score, most, grade.points, grade.days_late, grade.paid_days, grade.kept)
    return grade.points, why


def _history(
    entries: Sequence[GradeChange],
    first_published: Mapping[uuid.UUID, int],
    assignments: Sequence[Assignment],
    problems: Sequence[SetProblem],
    told_of: Mapping[uuid.UUID, bool],
) -> tuple[OwnChange, ...]:
    listed = {each.id: each for each in assignments}
    titles = {each.row.id: each.title for each in problems}
    of_problem = {each.row.id: each.row.assignment_id for each in problems}
    found = []
    for entry in entries:
        assignment_id = entry.assignment_id or of_problem.get(entry.problem_id or uuid.UUID(int=0))
        assignment = listed.get(assignment_id) if assignment_id is not None else None
        kind = GradeChangeKind(entry.kind)
        told = assignment is not None and told_of[assignment.id]
        if not _is_told(entry, assignment, first_published, points_told=told):
            continue
        found.append(
            OwnChange(
                at=entry.at,
                kind=kind,
                assignment=assignment.title if assignment is not None else None,
                problem=titles.get(entry.problem_id) if entry.problem_id is not None else None,
                points_before=None if kind in _GRANTS else shown(entry.points_before),
                points_after=None if kind in _GRANTS else shown(entry.points_after),
                # Why something was granted is a note between those who grant.
                reason="" if kind in _GRANTS else entry.reason,
            )
        )
    return tuple(found)


def _is_told(
    entry: GradeChange,
    assignment: Assignment | None,
    first_published: Mapping[uuid.UUID, int],
    *,
    points_told: bool,
) -> bool:
    """What was done before grades were published for the first time, and is no news therefore, is
    not told; nor anything while they are taken back, or of an assignment that is not listed."""
    kind = GradeChangeKind(entry.kind)
    if kind is GradeChangeKind.NAMES_SHOWN:
        return False
    if assignment is None:
        return kind in _GRANTS and entry.assignment_id is None
    if kind in _GRANTS:
        return True
    if kind in _BY_RULES and assignment.feedback != Feedback.AFTER_PUBLISHING.value:
        return points_told
    if assignment.published_at is None:
        return kind is GradeChangeKind.UNPUBLISHED
    return entry.id >= first_published.get(assignment.id, 0)
