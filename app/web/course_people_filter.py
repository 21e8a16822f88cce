"""Which people of a course a page's address asks for, and the addresses of the same otherwise."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from app.courses.people_repository import Filter
from app.courses.people_schemas import Presence, Sort
from app.courses.texts import MOST_CHARACTERS, tidy_line
from app.models import CourseRole


@dataclass(frozen=True)
class Asked:
    """Which people a reader asked for, as the page's address says it; nonsense is passed over."""

    q: str = ""
    role: str = ""
    section: str = ""
    presence: str = Presence.CURRENT.value
    sort: str = Sort.NAME.value
    page: int = 1

    @property
    def filter(self) -> Filter:
        """The same for the query."""
        return Filter(
            Presence(self.presence),
            (CourseRole(self.role),) if self.role else (),
            uuid.UUID(self.section) if self.section else None,
            self.q,
            Sort(self.sort),
        )

    @property
    def narrowed(self) -> bool:
        """Whether it is not simply everybody."""
        return bool(self.q or self.role or self.section or self.presence != Presence.CURRENT)

    def but(self, **changes: object) -> str:
        """The address of the same with something else."""
        values = {**asdict(replace(self, page=1)), **changes}
        usual = asdict(Asked())
        said = {name: value for name, value in values.items() if value != usual[name]}
        return f"?{urlencode(said)}" if said else "?"

    def sorted_by(self, column: str) -> str:
        """The address of the same sorted by a column, and the other way round where it is so."""
        return self.but(sort=f"-{column}" if self.sort == column else column)

    def direction(self, column: str) -> str | None:
        """How a column is sorted, as ``aria-sort`` says it; None where it is not."""
        if self.sort.removeprefix("-") != column:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


def asked_of(values: Mapping[str, str]) -> Asked:
    """What an address asks for."""
    number = values.get("page", "1")
    return Asked(
        q=_tidy(values.get("q", "")),
        role=_one_of(CourseRole, values.get("role", ""), ""),
        section=_id(values.get("section", "")),
        presence=_one_of(Presence, values.get("presence", ""), Presence.CURRENT),
        sort=_one_of(Sort, values.get("sort", ""), Sort.NAME),
        page=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )


def _one_of(kind: type[StrEnum], text: str, usual: str) -> str:
    return text if text in set(kind) else str(usual)


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _tidy(text: str) -> str:
    try:
        return tidy_line(text[:MOST_CHARACTERS])
    except ValueError:
        return ""
