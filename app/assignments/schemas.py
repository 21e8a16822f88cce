"""What goes in and out about assignments."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool

from app.courses.admission import Refusal
from app.courses.numbers import WHOLE
from app.courses.rules import Attempts, Counts, LatePolicy, Moment, Unlimited
from app.courses.schemas import Order, View
from app.courses.texts import Line
from app.models import Feedback, PlanPolicy
from app.plain_text import tidy_text

MOST_POINTS = 1_000_000
MOST_PROBLEMS = 50
MOST_GROUPS = 100
MOST_INSTRUCTIONS = 20_000


def _tidy(text: str) -> str:
    return tidy_text(text) if text.strip() else ""


Instructions = Annotated[
    str,
    Field(max_length=MOST_INSTRUCTIONS, description="markdown with $math$"),
    AfterValidator(_tidy),
]
Slug = Annotated[
    str, Field(max_length=100, pattern="^[a-z0-9]+(-[a-z0-9]+)*$", examples=["zero-last-layer"])
]
GroupName = Annotated[str, Field(max_length=100, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="the hash of a version")]


class ProblemOrder(Order):
    """A problem of an assignment, known by its slug."""

    problem: Slug
    points: float = Field(strict=True, ge=0, le=MOST_POINTS, allow_inf_nan=False)
    package_sha256: Sha256 | None = Field(
        default=None,
        description="the version that judges it; without it the one that is pinned already, and "
        "for a problem that is new here the current one",
    )
    hidden_groups: tuple[GroupName, ...] | None = Field(
        default=None,
        max_length=MOST_GROUPS,
        description="groups of which students see nothing although the package shows them; "
        "without it as before, none at first",
    )


Problems = Annotated[
    tuple[ProblemOrder, ...], Field(max_length=MOST_PROBLEMS, description="in order")
]


class AssignmentCreate(Order):
    """An assignment to be made."""

    title: Line = Field(examples=["Week 3: layers"])
    instructions: Instructions = ""
    opens_at: Moment | None = None
    due_at: Moment | None = Field(default=None, description="without it nothing is ever late")
    late_until: Moment | None = Field(
        default=None, description="without it nothing is taken after the due date"
    )
    late: LatePolicy = LatePolicy()
    attempts: Attempts = Unlimited()
    counts: Counts = Counts.BEST
    feedback: Feedback = Field(
        default=Feedback.NOW, description="from when students see more than that it was judged"
    )
    plan_policy: PlanPolicy = Field(
        default=PlanPolicy.SHARED,
        description="the same cases for everybody and each time, or fresh ones for each submission",
    )
    practice_after_end: StrictBool = True
    anonymous: StrictBool = Field(
        default=False, description="graders do not see whose work it is until it is published"
    )
    listed: StrictBool = Field(default=False, description="whether students see it")
    problems: Problems = ()


class AssignmentUpdate(Order):
    """What is to be changed of an assignment; what is left out stays. A date that is null is taken
    away. ``problems``, where it is given, is all of them: those left out are removed."""

    version: Annotated[
        int,
        Field(strict=True, ge=1, le=2**31 - 1, description="the one that you have read"),
        WHOLE,
    ]
    reason: Annotated[str, Field(max_length=500), AfterValidator(_tidy)] = Field(
        default="", description="for the log of grades, which students read too"
    )
    position: Annotated[int, Field(strict=True, ge=0, le=10_000), WHOLE] | None = Field(
        default=None, description="from 0"
    )
    title: Line | None = None
    instructions: Instructions | None = None
    opens_at: Moment | None = None
    due_at: Moment | None = None
    late_until: Moment | None = None
    late: LatePolicy | None = None
    attempts: Attempts | None = None
    counts: Counts | None = None
    feedback: Feedback | None = None
    plan_policy: PlanPolicy | None = None
    practice_after_end: StrictBool | None = None
    anonymous: StrictBool | None = None
    listed: StrictBool | None = None
    problems: Problems | None = None

    def changes(self) -> dict[str, Any]:
        """What is given, by name. Null takes a date away and is nothing elsewhere."""
        dates = {"opens_at", "due_at", "late_until"}
        given = self.model_fields_set - {"version", "reason"}
        return {
            name: value
            for name in sorted(given)
            if (value := getattr(self, name)) is not None or name in dates
        }


class AssignedProblem(View):
    """A problem of an assignment."""

    id: uuid.UUID
    problem: str = Field(description="its slug")
    title: str
    position: int
    points: float = Field(description="the most that can be earned")
    version: str = Field(description="of the package that judges it")
    package_sha256: str
    hidden_groups: tuple[str, ...] | None = Field(description="for staff")
    plan_seed: int | None = Field(description="for staff; of the plan that everybody meets")
    submissions: int | None = Field(description="how many there are of all students; for staff")


class AttemptsLeft(View):
    """Whether another submission is taken at this moment."""

    taken: bool
    refusal: Refusal | None = Field(description="why not")
    left: int | None = Field(description="how many are taken now; null for any number")
    again_at: datetime | None = Field(description="from when one is taken again")


class YourProblem(View):
    """How far you are with a problem of an assignment."""

    id: uuid.UUID
    problem: str
    title: str
    most_points: float
    points: float | None = Field(description="yours, once you may see them")
    submissions: int
    judging: int
    days_late: int = Field(description="of the submission that counts")
    late_days: int = Field(description="how many of those days your late days paid for")
    attempts: AttemptsLeft


class State(StrEnum):
    """How far an assignment is for a student. While it is late something is taken still."""

    UPCOMING = "upcoming"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


class YourAssignment(View):
    """An assignment as it is for you: the dates with what you are granted."""

    id: uuid.UUID
    course_id: uuid.UUID
    course: str = Field(description="its title")
    title: str
    state: State
    opens_at: datetime | None
    due_at: datetime | None
    late_until: datetime | None
    closes_at: datetime | None = Field(description="the last moment at which it takes something")
    time_zone: str = Field(description="the course's, on whose clocks late days are counted")
    granted: bool = Field(description="whether you have an extension or an accommodation")
    rules: str = Field(description="in words")
    points: float | None = Field(description="yours, once you may see them")
    most_points: float | None = Field(description="null until it opens")
    problems: tuple[YourProblem, ...] = Field(description="none until it opens")
    late_days_used: int = Field(description="a day serves all problems; 0 until you see points")


class LateDays(View):
    """Your late days in a course."""

    course_id: uuid.UUID
    budget: int
    left: int


class YourAssignments(View):
    """All that is set for you in your courses, by due date; what has none comes last."""

    items: tuple[YourAssignment, ...]
    late_days: tuple[LateDays, ...]


class AssignmentView(View):
    """An assignment as it is for who has no extension. Students see its problems and instructions
    once it opens."""

    id: uuid.UUID
    course_id: uuid.UUID
    title: str
    instructions: str
    position: int
    opens_at: datetime | None
    due_at: datetime | None
    late_until: datetime | None
    time_zone: str
    late: LatePolicy
    attempts: Attempts
    counts: Counts
    rules: str = Field(description="in words")
    feedback: Feedback
    plan_policy: PlanPolicy
    practice_after_end: bool
    anonymous: bool
    listed: bool
    published_at: datetime | None
    version: int = Field(description="send it back with a change")
    problems: tuple[AssignedProblem, ...]
    most_points: float | None = Field(description="null to students until it opens")
    yours: YourAssignment | None = Field(description="for students: what it is for you")


class AssignmentList(View):
    """The assignments of a course, in order."""

    items: tuple[AssignmentView, ...]


class Effect(View):
    """What a change does to the points of students who have submitted."""

    students: int = Field(description="how many have points in this course")
    gain: int
    lose: int
    most_lost: float = Field(description="the most that one of them loses")


class AssignmentChanged(View):
    """An assignment after a change or, with ``dry_run``, as it would be."""

    saved: bool
    changed: tuple[str, ...] = Field(description="what of the rules and the points is another")
    effect: Effect
    assignment: AssignmentView


class ProblemVersion(View):
    """A version of a problem that can be pinned."""

    package_sha256: str
    version: str = Field(description="what its author calls it")
    stored_at: datetime
    current: bool = Field(description="whether it is what is practised now")


class ProblemVersions(View):
    """The versions of a problem, the latest first."""

    problem: str
    items: tuple[ProblemVersion, ...]
