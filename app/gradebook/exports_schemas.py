"""The document of all that a course holds."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from app.courses.schemas import View
from app.gradebook.schemas import LogEntry
from app.models import AttemptStatus, CourseRole, Feedback, PlanPolicy
from judge.verdict import Reason, Verdict

_PSEUDONYM = "a pseudonym where the assignment is graded anonymously at present"


class CourseRecord(View):
    """The course itself."""

    id: uuid.UUID
    title: str
    term: str
    time_zone: str
    late_days: int
    runtime: str | None
    created_at: datetime
    archived_at: datetime | None


class SectionRecord(View):
    """A section."""

    id: uuid.UUID
    name: str


class MemberRecord(View):
    """Somebody who is or was in the course."""

    id: uuid.UUID
    name: str
    email: str | None
    role: CourseRole
    section_id: uuid.UUID | None
    student_number: str | None
    enrolled_at: datetime
    left_at: datetime | None


class GrantRecord(View):
    """An extension of an assignment or, without one, an accommodation in the whole course; for
    these people or for a section."""

    id: uuid.UUID
    assignment_id: uuid.UUID | None
    section_id: uuid.UUID | None
    people: tuple[uuid.UUID, ...]
    due_at: datetime | None
    late_until: datetime | None
    later_by: timedelta | None
    more_attempts: int
    no_penalty: bool
    reason: str
    created_at: datetime


class ProblemRecord(View):
    """A problem of an assignment."""

    id: uuid.UUID
    slug: str
    title: str
    position: int
    points: float
    package_sha256: str
    plan_seed: int
    hidden_groups: tuple[str, ...]


class AdjustmentRecord(View):
    """Points that stand in place of those earned."""

    points: float
    reason: str
    by: uuid.UUID | None
    at: datetime


class GradeRecord(View):
    """What a student has of a problem. ``points`` are those that count: the adjustment's where
    there is one, else those earned; null as long as nothing was judged."""

    problem_id: uuid.UUID
    student_id: uuid.UUID = Field(description=_PSEUDONYM)
    points: float | None
    earned: float | None
    score: float | None = Field(description="of the submission that counts, before the penalty")
    submission_id: uuid.UUID | None
    days_late: int
    paid_days: int
    kept: float
    submissions: int
    judging: int
    adjustment: AdjustmentRecord | None


class AssignmentRecord(View):
    """An assignment with its grades."""

    id: uuid.UUID
    title: str
    instructions: str
    position: int
    opens_at: datetime | None
    due_at: datetime | None
    late_until: datetime | None
    policy: dict[str, Any]
    feedback: Feedback
    plan_policy: PlanPolicy
    practice_after_end: bool
    anonymous: bool
    names_hidden: bool = Field(description="whether students have pseudonyms here")
    listed: bool
    published_at: datetime | None
    problems: tuple[ProblemRecord, ...]
    grades: tuple[GradeRecord, ...]


class AttemptRecord(View):
    """A judging of a submission."""

    number: int
    status: AttemptStatus
    verdict: Verdict | None
    reason: Reason | None
    score: float | None
    counts: bool
    rejudge_id: uuid.UUID | None
    package_sha256: str | None
    created_at: datetime
    finished_at: datetime | None
    report: dict[str, Any] | None = Field(description="whole, where reports were asked for")


class CommentRecord(View):
    """A comment on a program."""

    line: int | None
    text: str
    author_id: uuid.UUID | None
    created_at: datetime


class SubmissionRecord(View):
    """A program that a student sent."""

    id: uuid.UUID
    problem_id: uuid.UUID
    student_id: uuid.UUID = Field(description=_PSEUDONYM)
    created_at: datetime
    source: str | None = Field(description="where sources were asked for")
    attempts: tuple[AttemptRecord, ...]
    comments: tuple[CommentRecord, ...]


class RegradeRecord(View):
    """A student's question about a grade, and the answer."""

    id: uuid.UUID
    problem_id: uuid.UUID
    student_id: uuid.UUID = Field(description=_PSEUDONYM)
    submission_id: uuid.UUID | None
    text: str
    created_at: datetime
    answer: str | None
    answered_by_id: uuid.UUID | None
    answered_at: datetime | None


class CourseExport(View):
    """All that a course holds. Points are whole here, and rounded to four digits in a gradebook."""

    format: Literal["jurax-course/1"]
    exported_at: datetime
    course: CourseRecord
    sections: tuple[SectionRecord, ...]
    people: tuple[MemberRecord, ...]
    grants: tuple[GrantRecord, ...]
    assignments: tuple[AssignmentRecord, ...]
    regrade_requests: tuple[RegradeRecord, ...]
    log: tuple[LogEntry, ...] = Field(description="what was done to grades, the newest first")
    submissions: tuple[SubmissionRecord, ...] = Field(
        description="to the assignments by their problems, the oldest first"
    )
