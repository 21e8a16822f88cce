"""What goes in and out about submissions."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.models import AttemptStatus
from judge.report import CaseResult, Report
from judge.verdict import Reason, Verdict


class SubmissionCreate(BaseModel):
    """A program to be judged."""

    model_config = ConfigDict(extra="forbid")

    problem: str = Field(description="the problem's slug", examples=["zero-last-layer"])
    source: str = Field(
        description="the program's text, at most 256 KiB in UTF-8",
        examples=["def solve(seed, x, num_layers, features):\n    ...\n"],
    )
    assignment_problem: uuid.UUID | None = Field(
        default=None,
        description="the id of the problem in an assignment, for which the program is then graded; "
        "without one it is practice",
    )


class View(BaseModel):
    """A frozen answer. Its JSON is strict: non-finite numbers are strings, as in a report."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")


class SentFor(View):
    """The assignment for which a program was submitted."""

    course_id: uuid.UUID
    assignment_id: uuid.UUID
    assignment_problem_id: uuid.UUID
    title: str = Field(description="the assignment's title")


class SubmissionView(View):
    """A submission as its reader may see it."""

    id: uuid.UUID
    problem: str
    status: AttemptStatus
    created_at: datetime
    attempt: int = Field(description="number of the attempt that counts, from 1")
    student: str | None = Field(
        description="whose it is; a pseudonym while it is graded anonymously by the reader"
    )
    assignment: SentFor | None = Field(description="for what it was sent; null for practice")
    notice: str | None = Field(
        description="what its student is to know: that feedback comes later, or that what was sent "
        "to an assignment is practice"
    )
    source: str | None = Field(description="for its owner and for staff")
    cases: tuple[CaseResult, ...] = Field(
        description="the cases finished so far; empty once there is a report, which has all"
    )
    report: Report | None = Field(
        description="once status is done and the assignment shows feedback"
    )


class SubmissionSummary(View):
    """A submission in a list."""

    id: uuid.UUID
    problem: str
    status: AttemptStatus
    created_at: datetime
    attempt: int
    assignment: SentFor | None = Field(description="for what it was sent; null for practice")
    feedback: str | None = Field(
        description="when there is more to see than that it was judged; null where that is now"
    )
    verdict: Verdict | None
    reason: Reason | None
    score: float | None


class SubmissionPage(View):
    """Some of a person's submissions, the newest first."""

    items: tuple[SubmissionSummary, ...]
    next: str | None = Field(description="send as ?after= for the next page; null at the end")


class StatusEvent(View):
    """Data of the event ``status``: judging began (again): drop the cases seen so far."""

    status: AttemptStatus
    attempt: int
