"""What a row of the table of authorisation says, and what follows from it for one who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models import CourseRole, Role
from app.roles import ALL_SCOPES, Scope
from tests.app.authorisation.people import Asker

NONE: frozenset[Scope] = frozenset()
READ, SUBMIT, TEACH, ACCOUNT, ADMIN = (frozenset({scope}) for scope in Scope)
EVERYTHING = ALL_SCOPES

ALLOWED, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN = 0, 401, 403, 404
_LADDER = list(reversed(CourseRole))


@dataclass(frozen=True)
class Target:
    """Whose thing in which course is asked for."""

    course: str
    student: str


Rule = Callable[[Asker, Target], int]


@dataclass(frozen=True)
class Row:
    """A route, who may use it, what a request of it carries, and the scopes that a token needs.
    Where somebody is let in, ``answers`` are the statuses that there can be for the one who asks;
    without them any that is no error. ``foreign``: what who is let in is answered about things of
    another course. ``uses``: what stands for a part of the path, where it is not its namesake."""

    method: str
    path: str
    rule: Rule
    scopes: frozenset[Scope]
    body: Any = None
    form: Mapping[str, Any] | None = None
    files: Mapping[str, str] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = ()
    foreign: tuple[int, ...] = (404,)

    @property
    def is_page(self) -> bool:
        """Whether it is asked for in a browser."""
        return not self.path.startswith(("/api/", "/metrics", "/healthz", "/readyz", "/schemas/"))

    def lets_in(self, status: int) -> bool:
        """Whether a status is one of those for who is let in."""
        return status in self.answers if self.answers else status < 400


def anybody(asker: Asker, target: Target) -> int:
    """Strangers too."""
    return ALLOWED


def signed_in(asker: Asker, target: Target) -> int:
    """Whoever has an account."""
    return ALLOWED if asker.person else NOT_SIGNED_IN


def admins(asker: Asker, target: Target) -> int:
    """Admins of the service."""
    if not asker.person:
        return NOT_SIGNED_IN
    return ALLOWED if asker.role is Role.ADMIN else FORBIDDEN


def course_makers(asker: Asker, target: Target) -> int:
    """Instructors of the service, and admins."""
    if not asker.person:
        return NOT_SIGNED_IN
    return FORBIDDEN if asker.role is Role.LEARNER else ALLOWED


def their_own(asker: Asker, target: Target) -> int:
    """Whose it is, and not even admins."""
    if not asker.person:
        return NOT_SIGNED_IN
    return ALLOWED if asker.name == target.student else UNKNOWN


def _in_course(lowest: CourseRole) -> Rule:
    def rule(asker: Asker, target: Target) -> int:
        if not asker.person:
            return NOT_SIGNED_IN
        standing = asker.standing(target.course)
        if standing is None:
            return UNKNOWN
        return ALLOWED if _LADDER.index(standing) >= _LADDER.index(lowest) else FORBIDDEN

    return rule


participants = _in_course(CourseRole.STUDENT)
observers = _in_course(CourseRole.OBSERVER)
graders = _in_course(CourseRole.GRADER)
teachers = _in_course(CourseRole.INSTRUCTOR)
owners = _in_course(CourseRole.OWNER)


def staff_alone(asker: Asker, target: Target) -> int:
    """Those who read everybody's work: to all others it is as if it were not there."""
    found = observers(asker, target)
    return UNKNOWN if found == FORBIDDEN else found


def author_or_staff(asker: Asker, target: Target) -> int:
    """Whose it is, also after they have left, and who reads everybody's work in its course."""
    if asker.name == target.student:
        return ALLOWED
    return staff_alone(asker, target)


def asker_or_staff(asker: Asker, target: Target) -> int:
    """Who has asked, as long as they take part, and who reads everybody's work."""
    if asker.name == target.student:
        return participants(asker, target)
    return staff_alone(asker, target)


def asker_alone(asker: Asker, target: Target) -> int:
    """Who has asked; staff, who know of it, are told that it is not theirs."""
    found = asker_or_staff(asker, target)
    return FORBIDDEN if found == ALLOWED and asker.name != target.student else found


def course_copiers(asker: Asker, target: Target) -> int:
    """Who teaches the course, where they may make courses."""
    return teachers(asker, target) or course_makers(asker, target)


def account_makers(asker: Asker, target: Target) -> int:
    """Who teaches the course, where they are admins of the service."""
    return teachers(asker, target) or admins(asker, target)


def students_alone(asker: Asker, target: Target) -> int:
    """Students of the course."""
    found = participants(asker, target)
    student = asker.standing(target.course) is CourseRole.STUDENT
    return FORBIDDEN if found == ALLOWED and not student else found


def practice(asker: Asker, target: Target) -> int:
    """Whose it is, and admins."""
    if asker.role is Role.ADMIN:
        return ALLOWED
    return their_own(asker, target)


def graders_of_work(asker: Asker, target: Target) -> int:
    """Those who grade a submission; who may only read it is told that they do not grade."""
    found = author_or_staff(asker, target)
    if found != ALLOWED:
        return found
    return FORBIDDEN if graders(asker, target) != ALLOWED else ALLOWED


def comment_writer(asker: Asker, target: Target) -> int:
    """Who has written a comment: in both courses a grader."""
    found = graders_of_work(asker, target)
    return FORBIDDEN if found == ALLOWED and not asker.name.startswith("grader") else found


def comment_remover(asker: Asker, target: Target) -> int:
    """The same, and who teaches."""
    found = graders_of_work(asker, target)
    if found == ALLOWED and teachers(asker, target) != ALLOWED:
        return comment_writer(asker, target)
    return found
