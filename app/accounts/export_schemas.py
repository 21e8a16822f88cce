"""What the document of a person's own data holds."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from app.accounts.schemas import PersonView, SessionView, TokenView
from app.models import AttemptStatus, CourseRole
from app.submissions.schemas import View
from judge.report import Report
from judge.verdict import Verdict


class ExportedPerson(PersonView):
    """The account itself."""

    email: str | None


class ExportedIdentity(BaseModel):
    """Who one is at an OpenID provider."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    issuer: str
    subject: str
    created_at: datetime
    last_used_at: datetime | None


class ExportedHint(BaseModel):
    """That one asked for a hint."""

    model_config = ConfigDict(frozen=True)

    problem: str
    number: int
    at: datetime


class ExportedCourse(BaseModel):
    """That one is or was in a course, and as what."""

    model_config = ConfigDict(frozen=True)

    course: uuid.UUID
    title: str
    term: str
    role: CourseRole
    section: str | None
    student_number: str | None
    since: datetime
    left_at: datetime | None


class ExportedAttempt(View):
    """One judging of a submission."""

    number: int
    status: AttemptStatus
    verdict: Verdict | None
    score: float | None
    created_at: datetime
    finished_at: datetime | None
    report: Report | None


class ExportedSubmission(View):
    """A program and its judgings."""

    id: uuid.UUID
    problem: str
    created_at: datetime
    source: str
    attempts: tuple[ExportedAttempt, ...]


class Export(View):
    """All that is one's own."""

    account: ExportedPerson
    tokens: tuple[TokenView, ...]
    sessions: tuple[SessionView, ...]
    identities: tuple[ExportedIdentity, ...]
    hints: tuple[ExportedHint, ...]
    courses: tuple[ExportedCourse, ...]
    submissions: tuple[ExportedSubmission, ...]
