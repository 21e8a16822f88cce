"""Whether a student sees what their work on an assignment is worth: the one rule for reports,
points and comments."""

from __future__ import annotations

from datetime import datetime

from app.courses.rules import AssignmentRules
from app.models import Assignment, Feedback


def is_shown(assignment: Assignment, rules: AssignmentRules, now: datetime) -> bool:
    """Whether feedback is given at a moment to the student who has these rules. Who publishes the
    grades gives it too; points set by hand are shown by publishing alone."""
    policy = Feedback(assignment.feedback)
    if policy is Feedback.NOW or assignment.published_at is not None:
        return True
    after = shown_after(assignment, rules)
    return after is not None and now > after


def shown_after(assignment: Assignment, rules: AssignmentRules) -> datetime | None:
    """The moment after which feedback is given whoever publishes: the student's own due date, the
    grace included. None where only publishing gives it, or nothing withholds it."""
    return rules.on_time_until if assignment.feedback == Feedback.AFTER_DUE.value else None
