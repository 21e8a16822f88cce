"""A cell of the gradebook: all submissions of a student to a problem, what each earns and why."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.rules import rules_of
from app.courses.access import InCourse
from app.courses.lateness import days_late, kept_share
from app.courses.rules import AssignmentRules, Counts
from app.gradebook import cell_repository, points_repository, repository
from app.gradebook.adjustments import view_of
from app.gradebook.cell_repository import Judgings
from app.gradebook.cell_schemas import (
    AdjustmentView,
    CellAttempt,
    CellGrant,
    CellSubmission,
    CellView,
)
from app.gradebook.points import earned, shown
from app.gradebook.schemas import StudentRow
from app.gradebook.service import assignment_view, problem_view
from app.gradebook.sheet import SheetAssignment
from app.gradebook.students import Place, find_place
from app.gradebook.words import how_late, percent, points_text, why_earned
from app.models import AttemptStatus, Grade, GrantRow
from judge.verdict import Verdict

_HOUR = timedelta(hours=1)


async def view(
    session: AsyncSession,
    who: InCourse,
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    *,
    reveal: bool = False,
) -> CellView:
    """A student's work on a problem, as this reader may see it."""
    place = await find_place(session, who, problem_id, student_id, reveal=reveal)
    return await view_place(session, who, place)


async def view_place(session: AsyncSession, who: InCourse, place: Place) -> CellView:
    """The same of a cell that was found already."""
    problem_id, person_id = place.problem.row.id, place.person.id
    grade = await points_repository.find_grade(session, problem_id, person_id)
    known = await points_repository.cells(session, [problem_id], [person_id])
    points = known.get((problem_id, person_id), points_repository.NOTHING).points
    rules = (await rules_of(session, [place.assignment], who.course, [person_id]))[
        place.assignment.id, person_id
    ]
    late_days = await cell_repository.late_days_used(session, place.assignment.id, person_id)
    rows = await cell_repository.submissions(session, problem_id, person_id)
    counting = grade.submission_id if grade is not None else None
    most = place.problem.row.points
    submissions = [
        _submission(number, row, rules, most, late_days, counting)
        for number, row in enumerate(rows, 1)
    ]
    grants = await cell_repository.grants(session, who.course.id, place.assignment.id, person_id)
    adjustment = await _adjustment(session, problem_id, person_id)
    return CellView(
        assignment=assignment_view(SheetAssignment(place.assignment, place.names_hidden, False)),
        problem=problem_view(place.problem),
        student=await _student(session, place),
        points=shown(points),
        earned=shown(earned(grade)),
        why=_why(grade, most),
        adjustment=adjustment,
        submission_id=counting,
        submissions=tuple(reversed(submissions)),
        due_at=None if place.names_hidden else rules.window.due_at,
        late_until=None if place.names_hidden else rules.window.late_until,
        grants=() if place.names_hidden else tuple(map(_grant, grants)),
    )


def _why(grade: Grade | None, most: float) -> str:
    if grade is None:
        return "Nothing was submitted."
    return why_earned(grade.score, most, grade.points, grade.days_late, grade.paid_days, grade.kept)


async def _adjustment(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID
) -> AdjustmentView | None:
    adjustment = await points_repository.find_adjustment(session, problem_id, person_id)
    if adjustment is None:
        return None
    by = [adjustment.by_id] if adjustment.by_id is not None else []
    names = await repository.names(session, by)
    return view_of(adjustment, names.get(adjustment.by_id) if adjustment.by_id else None)


async def _student(session: AsyncSession, place: Place) -> StudentRow:
    if place.names_hidden:
        return StudentRow(
            id=place.shown_id, name=place.shown_name, number=None, email=None, section=None
        )
    section = await repository.section_name(session, place.enrolment.section_id)
    return StudentRow(
        id=place.shown_id,
        name=place.shown_name,
        number=place.enrolment.student_number,
        email=place.person.email,
        section=section,
    )


def _submission(
    number: int,
    row: Judgings,
    rules: AssignmentRules,
    most: float,
    late_days: int,
    counting: uuid.UUID | None,
) -> CellSubmission:
    submission, attempts = row
    # One whose first attempt belongs to a rejudge does not exist: each was judged for itself first.
    speaking = next((each for each in reversed(attempts) if each.counts), attempts[-1])
    days = days_late(submission.created_at, rules.window, rules.late)
    paid = min(days, late_days)
    kept = kept_share(days - paid, rules.late)
    points, why = None, "It is being judged."
    if speaking.verdict == Verdict.IE.value:
        why = "The judge failed on it, which costs nothing and counts for nothing."
    elif speaking.score is not None and days and rules.counts is Counts.BEST_BEFORE_DUE:
        why = "Late, and only what came before the due date counts here."
    elif speaking.score is not None:
        points = most * speaking.score * kept
        why = (
            f"{percent(speaking.score)} of {points_text(most)}, {how_late(days, paid, kept)}: "
            f"{points_text(points)} points."
        )
    return CellSubmission(
        id=submission.id,
        number=number,
        created_at=submission.created_at,
        status=AttemptStatus(speaking.status),
        verdict=Verdict(speaking.verdict) if speaking.verdict else None,
        score=speaking.score,
        days_late=days,
        paid_days=paid,
        kept=kept,
        points=shown(points),
        counts=submission.id == counting,
        why=why,
        attempts=tuple(
            CellAttempt(
                number=each.number,
                status=AttemptStatus(each.status),
                verdict=Verdict(each.verdict) if each.verdict else None,
                score=each.score,
                counts=each.counts,
                rejudged=each.rejudge_id is not None,
                finished_at=each.finished_at,
            )
            for each in reversed(attempts)
        ),
    )


def _grant(row: GrantRow) -> CellGrant:
    return CellGrant(
        whole_course=row.assignment_id is None,
        due_at=row.due_at,
        late_until=row.late_until,
        later_by_hours=None if row.later_by is None else row.later_by / _HOUR,
        more_attempts=row.more_attempts,
        no_penalty=row.no_penalty,
        reason=row.reason,
    )
