"""What is said of a class list before and after it is applied."""

from __future__ import annotations

from pydantic import Field

from app.courses.people_schemas import Outcome
from app.courses.schemas import View
from app.models import CourseRole


class FieldChange(View):
    """What is different afterwards."""

    field: str
    before: str | None
    after: str | None


class ClassListRow(View):
    """What becomes of one row."""

    line: int
    email: str
    name: str | None = Field(description="the account's, or the file's where there is none")
    outcome: Outcome
    role: CourseRole
    section: str | None
    student_number: str | None
    changes: tuple[FieldChange, ...] = Field(description="of who is in the course already")


class ClassListError(View):
    """A row that is left out: the line on which it begins, and why."""

    line: int
    reason: str


class ClassListPreview(View):
    """What applying a class list does. Nothing is written yet."""

    digest: str = Field(description="names this file and what it does now; send it to apply this")
    rows: tuple[ClassListRow, ...]
    errors: tuple[ClassListError, ...]
    new_sections: tuple[str, ...] = Field(description="that the course does not have yet")
    ignored_columns: tuple[str, ...]
    mailed: bool = Field(description="whether who is invited is told so by mail")

    def count(self, outcome: str) -> int:
        """Of how many rows this becomes."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def changes_anything(self) -> bool:
        """Whether there is something to apply."""
        return any(row.outcome is not Outcome.UNCHANGED for row in self.rows)


class ClassListApplied(View):
    """What applying a class list did."""

    enrolled: int
    returned: int
    created: int
    invited: int
    updated: int
    unchanged: int
    errors: tuple[ClassListError, ...] = Field(description="rows that were left out")
