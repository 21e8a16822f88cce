"""What goes in and out about the people of a course."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from app.courses.schemas import Order, View
from app.courses.texts import EmptyLine, Line
from app.models import CourseRole


class Presence(StrEnum):
    """Whether people are in a course now, have left it, or either."""

    CURRENT = "current"
    LEFT = "left"
    ANY = "any"


class Sort(StrEnum):
    """By what people are sorted; with a hyphen the other way round."""

    NAME = "name"
    NAME_DOWN = "-name"
    ROLE = "role"
    ROLE_DOWN = "-role"
    SECTION = "section"
    SECTION_DOWN = "-section"
    STUDENT_NUMBER = "student_number"
    STUDENT_NUMBER_DOWN = "-student_number"
    SINCE = "since"
    SINCE_DOWN = "-since"


class PersonRow(View):
    """Somebody in a course."""

    id: uuid.UUID = Field(description="the person's")
    name: str
    email: str | None
    role: CourseRole
    section: uuid.UUID | None
    section_name: str | None
    student_number: str | None
    since: datetime
    left_at: datetime | None
    taken_out: bool = Field(
        description="whether it was by the staff that they left; then no code takes them in"
    )


class PeoplePage(View):
    """Some of the people of a course."""

    items: tuple[PersonRow, ...]
    total: int = Field(description="how many fit the filter")


class PersonUpdate(Order):
    """What is to be changed of somebody's place in a course; what is left out stays as it is."""

    role: CourseRole | None = Field(default=None, description="null leaves it as it is")
    section: uuid.UUID | None = Field(default=None, description="null takes them out of theirs")
    student_number: EmptyLine | None = Field(default=None, description="null or empty for none")


class PersonAdd(Order):
    """Somebody to be enrolled, or invited where nobody has this address yet."""

    who: Line = Field(
        description="an e-mail address or, of who has an account here, the name",
        examples=["ada@example.com"],
    )
    role: CourseRole = CourseRole.STUDENT
    section: uuid.UUID | None = None
    student_number: EmptyLine | None = None


class Outcome(StrEnum):
    """What becomes of somebody on a class list: enrolled, taken in again after they left, given an
    account and enrolled, invited, or changed; or all is so already."""

    ENROL = "enrol"
    RETURN = "return"
    CREATE = "create"
    INVITE = "invite"
    UPDATE = "update"
    UNCHANGED = "unchanged"


class Added(View):
    """What became of somebody who was to be enrolled."""

    outcome: Outcome
    email: str | None
    person: uuid.UUID | None = Field(description="null for who is invited and has no account yet")


class CourseInvitationView(View):
    """Somebody who is enrolled once they have an account with this address."""

    id: uuid.UUID
    email: str
    role: CourseRole
    section: uuid.UUID | None
    section_name: str | None
    student_number: str | None
    created_at: datetime


class CourseInvitationList(View):
    """Who is invited and has no account yet, by address."""

    items: tuple[CourseInvitationView, ...]
