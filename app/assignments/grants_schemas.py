"""What goes in and out about extensions and accommodations."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StrictBool

from app.assignments.schemas import Effect
from app.courses import rules
from app.courses.rules import Moment
from app.courses.schemas import Order, View
from app.courses.texts import EmptyLine

MOST_PEOPLE = 1000

People = Annotated[
    tuple[uuid.UUID, ...], Field(max_length=MOST_PEOPLE, description="students of the course")
]
LaterBy = Annotated[
    rules.LaterBy,
    Field(
        description="the due date and the end come so much later by the clock on the wall; as "
        "`P2D` or in seconds",
    ),
]
MoreAttempts = Annotated[
    rules.MoreAttempts, Field(description="at each problem, beside those of the rules")
]
Reason = Annotated[EmptyLine, Field(description="staff read it", examples=["Doctor's note."])]


class GrantCreate(Order):
    """What some students get beside the rules: an extension of one assignment or, without one, an
    accommodation in the whole course. Of several that somebody has the kindest counts."""

    assignment_id: uuid.UUID | None = None
    person_ids: People = ()
    section_id: uuid.UUID | None = Field(default=None, description="all who are in it, now or then")
    due_at: Moment | None = Field(default=None, description="of one assignment")
    late_until: Moment | None = Field(default=None, description="of one assignment")
    later_by: LaterBy = timedelta(0)
    more_attempts: MoreAttempts = 0
    no_penalty: StrictBool = Field(default=False, description="being late costs nothing")
    reason: Reason = ""


class GrantUpdate(Order):
    """What is to be changed; what is left out stays. A date or a section that is null is taken
    away."""

    person_ids: People | None = None
    section_id: uuid.UUID | None = None
    due_at: Moment | None = None
    late_until: Moment | None = None
    later_by: LaterBy | None = None
    more_attempts: MoreAttempts | None = None
    no_penalty: StrictBool | None = None
    reason: Reason | None = None

    def changes(self) -> dict[str, Any]:
        """What is given, by name."""
        empties = {"due_at", "late_until", "section_id"}
        return {
            name: value
            for name in sorted(self.model_fields_set)
            if (value := getattr(self, name)) is not None or name in empties
        }


class Granted(View):
    """A student to whom something is granted by name."""

    id: uuid.UUID
    name: str
    student_number: str | None
    left: bool = Field(description="whether they have left the course; they have it again if back")


class GrantView(View):
    """An extension or an accommodation."""

    id: uuid.UUID
    assignment_id: uuid.UUID | None
    assignment: str | None = Field(description="its title; null for an accommodation")
    people: tuple[Granted, ...]
    section_id: uuid.UUID | None
    section: str | None = Field(description="its name")
    due_at: datetime | None
    late_until: datetime | None
    later_by: timedelta
    more_attempts: int
    no_penalty: bool
    granted: str = Field(description="in words")
    reason: str
    created_at: datetime


class GrantPage(View):
    """Some of a course's extensions and accommodations, the newest first."""

    items: tuple[GrantView, ...]
    total: int = Field(description="how many fit the filters")


class GrantChanged(View):
    """A grant after a change or, with ``dry_run``, as it would be; null once it is taken back."""

    saved: bool
    effect: Effect
    grant: GrantView | None
