"""What is told of the attempts of a submission."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import Field

from app.models import AttemptStatus
from app.submissions.schemas import View
from judge.report import Report
from judge.verdict import Reason, Verdict


class AttemptSummary(View):
    """One judging of a submission."""

    number: int
    status: AttemptStatus
    speaks: bool = Field(description="whether this is the one that counts now")
    counts: bool = Field(
        description="false while its rejudge is not applied, and where the judge failed in one"
    )
    verdict: Verdict | None
    reason: Reason | None
    score: float | None
    feedback: str | None = Field(
        description="when there is more to see than that it was judged; null where that is now"
    )
    created_at: datetime
    finished_at: datetime | None
    package_sha256: str | None = Field(description="the hash of the version that judged it")
    version: str | None = Field(description="that version of the problem")
    outdated: bool = Field(description="whether the assignment pins another version now")
    why: str | None = Field(description="why it was judged again; null for the first time")
    rejudge_id: uuid.UUID | None = Field(description="for staff")


class AttemptView(AttemptSummary):
    """The same with its report."""

    submission_id: uuid.UUID
    report: Report | None = Field(description="once it is done and the assignment shows feedback")


class AttemptList(View):
    """The attempts of a submission, the latest first."""

    items: tuple[AttemptSummary, ...]
