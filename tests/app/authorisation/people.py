"""Who asks, what there is to ask for, and who may ever read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.models import CourseRole, Person, Role
from app.roles import Scope

HERE, THERE = "here", "there"

# Of each course its students and who has commented on their work; and who has left, as what.
LEFT = {"left_student": CourseRole.STUDENT, "left_instructor": CourseRole.INSTRUCTOR}
STUDENTS = {HERE: ("first", "second", "left_student"), THERE: ("third",)}
GRADERS = {HERE: "grader", THERE: "grader_there"}

Things = Mapping[str, str]


@dataclass
class Asker:
    """Somebody with a token and a browser. ``roles`` by course, of those who take part in it."""

    name: str
    person: Person | None = None
    token: str = ""
    session: str = ""
    role: Role | None = None
    roles: dict[str, CourseRole] = field(default_factory=dict)

    def standing(self, course: str) -> CourseRole | None:
        """As what they take part in a course: an admin of the service is as good as its owner."""
        return CourseRole.OWNER if self.role is Role.ADMIN else self.roles.get(course)

    def is_staff(self, course: str) -> bool:
        """Whether they read everybody's work there."""
        return self.standing(course) not in (None, CourseRole.STUDENT)


@dataclass
class School:
    """``things``: the ids of what there is, by course and student. ``readers``: of each marker,
    the names of those who may ever read it. ``tokens``: of an admin, by their scopes."""

    tokens: dict[frozenset[Scope], str] = field(default_factory=dict)
    askers: dict[str, Asker] = field(default_factory=dict)
    things: dict[tuple[str, str], Things] = field(default_factory=dict)
    readers: dict[str, frozenset[str]] = field(default_factory=dict)

    def mark(self, text: str, readers: Iterable[str]) -> str:
        """A marker, and who may read it."""
        marker = f"mark-{text}"
        self.readers[marker] = frozenset(readers)
        return marker

    def staff(self, course: str) -> set[str]:
        """Who reads everybody's work in a course."""
        return {each.name for each in self.askers.values() if each.is_staff(course)}

    def members(self, course: str) -> set[str]:
        """Who takes part in a course, and who did."""
        found = {each.name for each in self.askers.values() if each.standing(course)}
        return found | ({"left_student", "left_instructor"} if course == HERE else set())
