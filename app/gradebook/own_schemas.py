"""What a student is told of their own grades."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import Field

from app.courses.schemas import View
from app.models import Feedback, GradeChangeKind


class OwnProblem(View):
    """A problem of an assignment, and what the reader has of it as far as it is told."""

    problem_id: uuid.UUID
    slug: str
    title: str
    most_points: float
    points: float | None
    why: str
    submissions: int
    judging: int
    days_late: int | None
    submission_id: uuid.UUID | None = Field(description="the submission that counts")
    adjusted: bool


class OwnAssignment(View):
    """An assignment, and what the reader has of it. Points are told once grades are published or,
    where feedback is given at once, from the beginning; adjustments once they are published."""

    id: uuid.UUID
    title: str
    due_at: datetime | None = Field(description="the reader's own")
    feedback: Feedback
    published_at: datetime | None
    points_shown: bool
    points: float | None
    most_points: float
    late_days: int | None = Field(description="how many it used; null while points are not told")
    problems: tuple[OwnProblem, ...]


class OwnChange(View):
    """Something that changed the reader's grades, or when they are told."""

    at: datetime
    kind: GradeChangeKind
    assignment: str | None
    problem: str | None
    points_before: float | None
    points_after: float | None
    reason: str


class OwnGrades(View):
    """What the reader has earned in a course, why, and how that changed."""

    course_id: uuid.UUID
    points: float = Field(description="of the assignments whose points are told")
    most_points: float = Field(description="of those assignments")
    late_days: int = Field(description="the budget for the whole course")
    late_days_left: int = Field(description="as far as points are told")
    assignments: tuple[OwnAssignment, ...]
    history: tuple[OwnChange, ...] = Field(description="the newest first")
