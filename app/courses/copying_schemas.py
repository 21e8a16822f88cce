"""What goes in and out about copying a course."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from app.courses.schemas import CourseView, Order, View
from app.courses.texts import EmptyLine, Line


class Versions(StrEnum):
    """Which versions of problems judge in the copy: those pinned in the original, or today's."""

    PINNED = "pinned"
    CURRENT = "current"


class CopyOrder(Order):
    """How a course is copied to a new term."""

    title: Line | None = Field(default=None, description="null for the same")
    term: EmptyLine = Field(default="", examples=["Spring 2027"])
    first_day: date | None = Field(
        default=None,
        description="of the original; null for the day of its first date",
    )
    new_first_day: date | None = Field(
        default=None,
        description="of the copy: all dates move by the days between both, the time on the clock "
        "of the course's time zone stays. null to move none",
    )
    versions: Versions = Versions.PINNED
    keep_listed: bool = Field(
        default=False,
        strict=True,
        description="whether what students see in the original they see in the copy",
    )


class KeptVersion(View):
    """A problem that stays with its pinned version, although today's was wanted; and why."""

    assignment: str
    problem: str
    reason: str


class CopyView(View):
    """A copy of a course."""

    course: CourseView
    assignments: int
    moved_days: int
    kept_versions: tuple[KeptVersion, ...]
