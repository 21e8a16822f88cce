"""What goes in and out about a cell of the gradebook."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.assignments.schemas import MOST_POINTS
from app.courses.numbers import WHOLE
from app.courses.schemas import Order, View
from app.gradebook.schemas import GradedAssignment, GradedProblem, StudentRow
from app.models import AttemptStatus
from app.plain_text import WrittenText
from judge.verdict import Verdict

Reason = Annotated[WrittenText, Field(max_length=1000)]
Version = Annotated[
    int,
    Field(
        ge=0,
        le=2**31 - 2,
        description="`version` of the adjustment as you read it; 0 where there was none",
    ),
]


class AdjustmentPut(Order):
    """Points to stand in place of those earned."""

    points: float = Field(strict=True, ge=0, le=MOST_POINTS, allow_inf_nan=False, examples=[7.5])
    reason: Reason = Field(
        examples=["The rounding was right; the statement was unclear."],
        description="the student reads it once grades are published",
    )
    version: Annotated[Version, Field(strict=True), WHOLE]


class AdjustmentRemove(Order):
    """That points earned are to count again. A query brings it, in which numbers are text."""

    reason: Reason
    version: Version


class AdjustmentView(View):
    """Points that stand in place of those earned."""

    points: float
    reason: str
    version: int
    by: str | None = Field(description="who set them, as long as the account is there")
    at: datetime


class CellAttempt(View):
    """One judging of a submission."""

    number: int
    status: AttemptStatus
    verdict: Verdict | None
    score: float | None
    counts: bool = Field(description="false for one of a rejudge that is not applied")
    rejudged: bool
    finished_at: datetime | None


class CellSubmission(View):
    """A submission, and what it earns after the late penalty."""

    id: uuid.UUID
    number: int = Field(description="from 1, in the order in which they came")
    created_at: datetime
    status: AttemptStatus
    verdict: Verdict | None
    score: float | None
    days_late: int
    paid_days: int = Field(description="of the days late, those that late days pay for")
    kept: float = Field(description="the share of the points that the other days leave")
    points: float | None = Field(description="null while it is judged, and where none are earned")
    counts: bool = Field(description="whether this is the one that earned the points")
    why: str
    attempts: tuple[CellAttempt, ...]


class CellGrant(View):
    """Something that the student is granted and that applies here."""

    whole_course: bool
    due_at: datetime | None
    late_until: datetime | None
    later_by_hours: float | None
    more_attempts: int
    no_penalty: bool
    reason: str


class CellView(View):
    """A student's work on a problem. Where names are hidden, so are grants and the student's own
    dates: who reads the list of extensions would know whose they are."""

    assignment: GradedAssignment
    problem: GradedProblem
    student: StudentRow
    points: float | None = Field(description="those shown")
    earned: float | None = Field(description="by the rules, without an adjustment")
    why: str
    adjustment: AdjustmentView | None
    submission_id: uuid.UUID | None = Field(description="the submission that counts")
    submissions: tuple[CellSubmission, ...] = Field(description="the newest first")
    due_at: datetime | None
    late_until: datetime | None
    grants: tuple[CellGrant, ...]
