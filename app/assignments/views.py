"""Assignments as their readers may see them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.assignments.repository import SetProblem
from app.assignments.rules import rules_in
from app.assignments.schemas import AssignedProblem, AssignmentView, YourAssignment
from app.assignments.wording import rules_in_words
from app.gradebook.points import DIGITS
from app.models import Assignment, Course, Feedback, PlanPolicy


def assignment_view(
    assignment: Assignment,
    course: Course,
    problems: Sequence[SetProblem],
    at: datetime,
    *,
    submissions: Mapping[uuid.UUID, int] | None = None,
    yours: YourAssignment | None = None,
) -> AssignmentView:
    """An assignment: to staff, who are told of ``submissions`` by problem, all of it; to others
    what they may know at that moment."""
    rules = rules_in(assignment, course)
    staff = submissions is not None
    shown = staff or is_open(assignment, at)
    return AssignmentView(
        id=assignment.id,
        course_id=assignment.course_id,
        title=assignment.title,
        instructions=assignment.instructions if shown else "",
        position=assignment.position,
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        late_until=assignment.late_until,
        time_zone=course.time_zone,
        late=rules.late,
        attempts=rules.attempts,
        counts=rules.counts,
        rules=rules_in_words(rules, at),
        feedback=Feedback(assignment.feedback),
        plan_policy=PlanPolicy(assignment.plan_policy),
        practice_after_end=assignment.practice_after_end,
        anonymous=assignment.anonymous,
        listed=assignment.listed,
        published_at=assignment.published_at,
        version=assignment.version,
        problems=tuple(_problem(each, submissions) for each in problems) if shown else (),
        most_points=round(sum(each.row.points for each in problems), DIGITS) if shown else None,
        yours=yours,
    )


def is_open(assignment: Assignment, at: datetime) -> bool:
    """Whether students see the problems: no grant opens an assignment earlier."""
    return assignment.opens_at is None or assignment.opens_at <= at


def _problem(problem: SetProblem, submissions: Mapping[uuid.UUID, int] | None) -> AssignedProblem:
    row = problem.row
    staff = submissions is not None
    return AssignedProblem(
        id=row.id,
        problem=row.problem_slug,
        title=problem.title,
        position=row.position,
        points=row.points,
        version=problem.version,
        package_sha256=row.package_sha256,
        hidden_groups=tuple(row.hidden_groups) if staff else None,
        plan_seed=row.plan_seed if staff else None,
        submissions=submissions.get(row.id, 0) if submissions is not None else None,
    )
