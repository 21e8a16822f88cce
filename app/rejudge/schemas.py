"""What goes in and out about rejudges."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.models import RejudgeStatus
from app.plain_text import WrittenText
from judge.verdict import Reason, Verdict

MOST_PEOPLE = 1000

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="the hash of a version")]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Choice(_Asked):
    """Which submissions of a course: those for which all that is given holds. What was judged is
    what the attempt says that speaks for a submission; one that is being judged is not chosen."""

    assignment_id: uuid.UUID | None = None
    problem_id: uuid.UUID | None = Field(default=None, description="a problem of an assignment")
    judged_by: Sha256 | None = Field(default=None, description="the version that judged them")
    verdicts: tuple[Verdict, ...] = Field(default=(), max_length=len(Verdict))
    reasons: tuple[Reason, ...] = Field(default=(), max_length=len(Reason))
    submitted_from: AwareDatetime | None = None
    submitted_until: AwareDatetime | None = None
    section_id: uuid.UUID | None = None
    person_ids: tuple[uuid.UUID, ...] = Field(default=(), max_length=MOST_PEOPLE)
    only_counting: bool = Field(
        default=False, description="of each student only the submission that earns the points"
    )


class RejudgeCreate(_Asked):
    """What is to be judged once more, by which version, and why."""

    chosen: Choice = Choice()
    package_sha256: Sha256 | None = Field(
        default=None,
        description="the version that judges, of the one problem that is chosen; without it each "
        "submission is judged by the version that its assignment pins now",
    )
    reason: Annotated[WrittenText, Field(max_length=500)] = Field(
        description="students whose points change read it", examples=["The tolerance was too low."]
    )
    dry_run: bool = Field(default=False, description="only tell what would be judged")


class VersionCount(_View):
    """How many submissions to a problem a version would judge."""

    problem_id: uuid.UUID
    problem: str
    assignment: str
    package_sha256: str
    version: str
    submissions: int


class RejudgePreview(_View):
    """What a rejudge would judge."""

    submissions: int
    students: int
    judges: tuple[VersionCount, ...]
    judging_seconds: float | None = Field(
        description="how long all of it takes one after another, by how long it took before"
    )
    estimated_seconds: float | None = Field(
        description="how long it takes the workers that are there; null where there is none"
    )


class Progress(_View):
    """How far a rejudge is. ``failed`` are those of the judged that the judge failed on."""

    total: int
    judged: int
    failed: int


class JudgeFailure(_View):
    """A submission that the judge failed on; it changes nothing, and can be tried again."""

    submission_id: uuid.UUID
    student: str
    problem: str
    assignment: str
    attempt: int
    message: str


class RejudgeView(_View):
    """A rejudge and how far it is."""

    id: uuid.UUID
    status: RejudgeStatus
    reason: str
    chosen: Choice
    package_sha256: str | None
    version: str | None = Field(description="that of package_sha256")
    by: str | None = Field(description="who asked for it; null once the account is gone")
    created_at: datetime
    decided_at: datetime | None
    progress: Progress


class RejudgeDetail(RejudgeView):
    """The same with what the judge failed on."""

    failures: tuple[JudgeFailure, ...]


class RejudgePage(_View):
    """Some of a course's rejudges, the newest first."""

    items: tuple[RejudgeView, ...]
    next: uuid.UUID | None = Field(description="send as ?after= for the next page; null at the end")


class Standing(_View):
    """What a student has of a problem. ``earned`` is what the submissions earn, ``points`` what is
    shown: they differ where points were set by hand."""

    points: float
    earned: float
    verdict: Verdict | None = Field(description="of the submission that counts")
    submission_id: uuid.UUID | None = Field(description="the submission that counts")
    days_late: int
    kept: float = Field(description="the share of the score that lateness leaves, from 0 to 1")


class OutcomeRow(_View):
    """What a rejudge changes for a student's points of a problem."""

    person_id: uuid.UUID | None = Field(description="null while the assignment is anonymous")
    student: str
    assignment_id: uuid.UUID
    assignment: str
    problem_id: uuid.UUID
    problem: str
    most_points: float
    before: Standing
    after: Standing
    change: float = Field(description="of the points shown")
    left_out: bool = Field(description="kept as it is, so that nobody loses")


class Outcome(_View):
    """What the grades of a course would be with a rejudge, beside what they are; or, once it is
    applied, what it changed."""

    fingerprint: str | None = Field(
        description="send it to apply exactly this; null once it is applied"
    )
    nobody_loses: bool
    complete: bool = Field(description="whether all of it is judged")
    gain: int = Field(description="how many students gain points")
    lose: int = Field(description="how many students lose points")
    same: int = Field(description="how many of the students keep what they have")
    change: float = Field(description="of the points shown, in all")
    rows: tuple[OutcomeRow, ...] = Field(
        description="the largest loss first, the largest gain last"
    )


class RejudgeApply(_Asked):
    """Let the attempts count, as was seen."""

    fingerprint: Sha256 = Field(description="of the outcome that was seen")
    nobody_loses: bool = Field(
        default=False, description="leave out what would take points from a student"
    )


class VersionRow(_View):
    """A stored version of a problem; ``submissions`` is how many it judged that still speak."""

    package_sha256: str
    version: str
    created_at: datetime
    submissions: int


class ProblemVersions(_View):
    """A problem of an assignment, the version that it pins, and what judged its submissions."""

    assignment_id: uuid.UUID
    assignment: str
    problem_id: uuid.UUID
    problem: str
    slug: str
    pinned: str = Field(description="the hash of the version that judges what comes now")
    pinned_version: str
    outdated: int = Field(description="submissions for which another version speaks")
    versions: tuple[VersionRow, ...] = Field(description="the latest first")


class CourseVersions(_View):
    """The problems of a course's assignments, in order."""

    items: tuple[ProblemVersions, ...]


class OutdatedSubmission(_View):
    """A submission that was judged by another version than its assignment pins now."""

    submission_id: uuid.UUID
    student: str
    problem_id: uuid.UUID
    package_sha256: str
    verdict: Verdict
    created_at: datetime


class OutdatedPage(_View):
    """Some of those, the newest first."""

    items: tuple[OutdatedSubmission, ...]
    next: uuid.UUID | None = Field(description="send as ?after= for the next page; null at the end")
