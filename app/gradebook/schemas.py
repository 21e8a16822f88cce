"""What goes in and out about the gradebook."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from app.courses.schemas import View
from app.models import GradeChangeKind

MOST_STUDENTS = 2000


class StudentState(StrEnum):
    """Of students, those with at least one cell that is so: nothing submitted; submitted but
    without points; adjusted by hand; late; being judged."""

    UNSUBMITTED = "unsubmitted"
    UNGRADED = "ungraded"
    ADJUSTED = "adjusted"
    LATE = "late"
    JUDGING = "judging"


class SortColumn(StrEnum):
    """A column of the gradebook that is no problem."""

    NAME = "name"
    NUMBER = "number"
    EMAIL = "email"
    SECTION = "section"
    TOTAL = "total"


class SortOrder(StrEnum):
    """Which end comes first. Who has nothing in a column comes last, either way."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class GradedAssignment(View):
    """An assignment of the gradebook. ``names_hidden``: it is graded anonymously, and students
    are shown by pseudonyms. ``withheld``: for that reason its problems are left out, because a row
    of the whole course has a name; ask for the assignment by itself."""

    id: uuid.UUID
    title: str
    due_at: datetime | None
    published_at: datetime | None
    anonymous: bool
    names_hidden: bool
    withheld: bool
    version: int


class GradedProblem(View):
    """A column of the gradebook."""

    id: uuid.UUID
    assignment_id: uuid.UUID
    slug: str
    title: str
    points: float = Field(description="the most that can be earned")


class StudentRow(View):
    """A row of the gradebook. Where names are hidden, ``id`` and ``name`` are a pseudonym that is
    good for one assignment, and nothing else is told."""

    id: uuid.UUID
    name: str
    number: str | None
    email: str | None
    section: str | None


class Column(View):
    """The cells of a problem, one for each row, as parallel lists."""

    problem_id: uuid.UUID
    points: tuple[float | None, ...] = Field(
        description="the adjustment's where there is one, else those earned; null without either"
    )
    submissions: tuple[int, ...]
    judging: tuple[int, ...] = Field(description="how many of the submissions are being judged")
    days_late: tuple[int, ...] = Field(description="of the submission that counts")
    adjusted: tuple[bool, ...] = Field(description="whether the points were set by hand")


class GradebookView(View):
    """Some students of a course and what they have earned, by columns."""

    assignments: tuple[GradedAssignment, ...]
    problems: tuple[GradedProblem, ...]
    students: tuple[StudentRow, ...]
    columns: tuple[Column, ...] = Field(description="one for each problem")
    totals: tuple[float | None, ...] = Field(description="the sum of each student's points")
    total: int = Field(description="how many students fit the filters, on all pages")


class CellChange(View):
    """A cell that has changed, as the event ``cells`` of a gradebook's stream tells it."""

    student_id: uuid.UUID
    problem_id: uuid.UUID
    points: float | None
    submissions: int
    judging: int
    days_late: int
    adjusted: bool


class CellChanges(View):
    """Data of the event ``cells``."""

    cells: tuple[CellChange, ...]


class PublicationView(View):
    """Whether the grades of an assignment are published."""

    assignment_id: uuid.UUID
    published_at: datetime | None
    version: int = Field(description="the assignment's")
    judging: int = Field(description="how many submissions are being judged still")


class LogEntry(View):
    """Something that was done to grades."""

    id: int
    at: datetime
    kind: GradeChangeKind
    actor_id: uuid.UUID | None
    actor: str | None = Field(description="null for the service, or where the account is gone")
    student_id: uuid.UUID | None = Field(
        description="null: about all students; a pseudonym where names are hidden"
    )
    student: str | None
    assignment_id: uuid.UUID | None
    assignment: str | None
    problem_id: uuid.UUID | None
    problem: str | None
    points_before: float | None
    points_after: float | None
    reason: str


class LogPage(View):
    """Some of the log, the newest first."""

    items: tuple[LogEntry, ...]
    next: int | None = Field(description="send as ?before= for the next page; null at the end")


class ProblemStatistics(View):
    """How a problem went. Means are over students who have points; shares of the distribution are
    tenths of the problem's points, the last one with those who have all of them."""

    problem_id: uuid.UUID
    title: str
    points: float
    students: int
    submitted: int = Field(description="students who submitted")
    with_points: int = Field(description="students who have points")
    solved: int = Field(description="students who have all points")
    mean: float | None
    median: float | None
    distribution: tuple[int, ...]
    submissions: int = Field(description="by all students")
    submissions_mean: float | None = Field(description="a student who submitted")


class AssignmentStatistics(View):
    """How an assignment went, by problem."""

    assignment_id: uuid.UUID
    problems: tuple[ProblemStatistics, ...]
