"""What the document of a person's own data holds."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.accounts.schemas import PersonView, SessionView, TokenView
from app.gradebook.own_schemas import OwnGrades
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


class ExportedGrant(BaseModel):
    """An extension that one has or, without an assignment, an accommodation."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    course: uuid.UUID
    assignment: str | None
    granted: str
    created_at: datetime


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


class ExportedNotice(BaseModel):
    """Something that one was told of."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    course_id: uuid.UUID
    text: str
    created_at: datetime
    read_at: datetime | None


class ExportedComment(BaseModel):
    """A comment that one wrote on a program, or may read on one's own."""

    model_config = ConfigDict(frozen=True)

    submission: uuid.UUID
    line: int | None
    text: str
    written: bool = Field(description="whether one wrote it oneself")
    created_at: datetime


class ExportedQuestion(BaseModel):
    """A question that one asked about a grade."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    problem_id: uuid.UUID
    text: str
    created_at: datetime
    answer: str | None
    answered_at: datetime | None


class ExportedRejudge(BaseModel):
    """A rejudge that one asked for."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    course_id: uuid.UUID
    status: str
    reason: str
    created_at: datetime
    decided_at: datetime | None


class Export(View):
    """All that is one's own."""

    account: ExportedPerson
    tokens: tuple[TokenView, ...]
    sessions: tuple[SessionView, ...]
    identities: tuple[ExportedIdentity, ...]
    hints: tuple[ExportedHint, ...]
    courses: tuple[ExportedCourse, ...]
    grades: tuple[OwnGrades, ...]
    extensions: tuple[ExportedGrant, ...]
    notices: tuple[ExportedNotice, ...]
    comments: tuple[ExportedComment, ...]
    questions: tuple[ExportedQuestion, ...]
    rejudges: tuple[ExportedRejudge, ...]
    submissions: tuple[ExportedSubmission, ...]
