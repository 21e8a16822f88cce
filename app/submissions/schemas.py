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


class View(BaseModel):
    """A frozen answer. Its JSON is strict: non-finite numbers are strings, as in a report."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")


class SubmissionView(View):
    """A submission as its reader may see it."""

    id: uuid.UUID
    problem: str
    status: AttemptStatus
    created_at: datetime
    attempt: int = Field(description="number of the latest attempt, from 1")
    source: str | None = Field(description="for its owner and for staff")
    cases: tuple[CaseResult, ...] = Field(
        description="the cases finished so far; empty once there is a report, which has all"
    )
    report: Report | None = Field(description="once status is done")


class SubmissionSummary(View):
    """A submission in a list."""

    id: uuid.UUID
    problem: str
    status: AttemptStatus
    created_at: datetime
    attempt: int
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
