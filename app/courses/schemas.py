"""What goes in and out about courses and their sections."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.courses.numbers import WHOLE
from app.courses.runtimes import KnownRuntime
from app.courses.texts import EmptyLine, Line
from app.courses.zones import TimeZone
from app.models import CourseRole

MOST_LATE_DAYS = 1000


LateDays = Annotated[int, Field(strict=True, ge=0, le=MOST_LATE_DAYS), WHOLE]


class Order(BaseModel):
    """Something that is asked for; what is not known is an error."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class CourseCreate(Order):
    """A course to be made."""

    title: Line = Field(examples=["Deep learning in JAX"])
    term: EmptyLine = Field(default="", examples=["Autumn 2026"])
    time_zone: TimeZone = Field(
        default="UTC", description="on whose clocks dates of assignments are read"
    )
    late_days: LateDays = Field(default=0, description="each student's budget for the term")


class CourseUpdate(Order):
    """What is to be changed of a course; what is left out or null stays as it is."""

    title: Line | None = None
    term: EmptyLine | None = None
    time_zone: TimeZone | None = None
    late_days: LateDays | None = None
    runtime: KnownRuntime | None = None
    archived: bool | None = Field(
        default=None,
        strict=True,
        description="an archived course stays readable and takes nobody in",
    )


class CourseView(View):
    """A course, as its reader may see it."""

    id: uuid.UUID
    title: str
    term: str
    time_zone: str
    late_days: int
    runtime: str | None = Field(description="what judges its assignments, null for the service's")
    role: CourseRole | None = Field(description="yours; null for an admin who is not enrolled")
    students: int | None = Field(description="how many there are; for staff")
    join_code: str | None = Field(description="enrols whoever knows it; for who may enrol people")
    created_at: datetime
    archived_at: datetime | None


class CourseList(View):
    """Courses, those that go on before those that are archived, the newest first."""

    items: tuple[CourseView, ...]
    total: int


class Which(StrEnum):
    """Which courses are listed: one's own or, for admins, all there are."""

    MINE = "mine"
    ALL = "all"


class SectionName(Order):
    """How a section is called."""

    name: Line = Field(examples=["Lab 2"])


class SectionView(View):
    """A part of a course."""

    id: uuid.UUID
    name: str
    people: int = Field(description="how many are in it now")


class SectionList(View):
    """The sections of a course, by name."""

    items: tuple[SectionView, ...]


class JoinCode(Order):
    """A code that enrols whoever knows it."""

    code: str = Field(
        max_length=60,
        examples=["7H3K-9QXW"],
        description="capital or small, with hyphens or spaces or without",
    )


class FreshJoinCode(View):
    """A join code that was just made. The one before it enrols nobody any more."""

    code: str
    url: str = Field(description="the page that takes who is signed in into the course")
