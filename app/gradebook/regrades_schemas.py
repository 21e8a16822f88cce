"""What goes in and out about questions on grades."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.assignments.schemas import MOST_POINTS
from app.courses.numbers import WHOLE
from app.courses.schemas import Order, View
from app.gradebook.cell_schemas import Version
from app.plain_text import WrittenText


class RegradeState(StrEnum):
    """Which questions are listed."""

    OPEN = "open"
    ANSWERED = "answered"
    ALL = "all"


class RegradeCreate(Order):
    """A question about one's own grade."""

    problem_id: uuid.UUID = Field(description="the problem of an assignment")
    text: WrittenText = Field(
        description="what you think is wrong, and why",
        examples=["Case 3 divides by zero, although the statement rules that out."],
    )


class RegradeAnswer(Order):
    """An answer and, where it changes them, the student's new points."""

    answer: WrittenText = Field(examples=["You are right: the case is gone, all are judged anew."])
    points: float | None = Field(
        default=None,
        strict=True,
        ge=0,
        le=MOST_POINTS,
        allow_inf_nan=False,
        description="set by hand with this answer; null leaves them as they are",
    )
    version: Annotated[Version, Field(strict=True), WHOLE] = Field(
        default=0,
        description="with points: `adjustment_version` as you read it",
    )


class RegradeView(View):
    """A question about a grade, as its reader may see it."""

    id: uuid.UUID
    assignment_id: uuid.UUID
    assignment: str = Field(description="its title")
    problem_id: uuid.UUID
    problem: str = Field(description="its title")
    student_id: uuid.UUID = Field(description="a pseudonym where names are hidden")
    student: str
    submission_id: uuid.UUID | None = Field(description="the one that counted when it was asked")
    text: str
    created_at: datetime
    answer: str | None
    answered_by: str | None = Field(description="a name or, where grading is anonymous, a role")
    answered_at: datetime | None
    points: float | None = Field(description="as they are now; null where students see none")
    most_points: float
    adjustment_version: int = Field(
        description="0 where the points are those earned, or students see none"
    )


class RegradePage(View):
    """Some questions, the newest first."""

    items: tuple[RegradeView, ...]
    open: int = Field(description="how many wait for an answer, of those that the reader may see")
    next: uuid.UUID | None = Field(description="send as ?after= for the next page; null at the end")
