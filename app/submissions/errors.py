"""Why a submission to an assignment is not taken, as errors that are answered."""

from __future__ import annotations

import math
from datetime import datetime
from http import HTTPStatus

from app.counts import counted
from app.courses.admission import Admission, Refusal
from app.courses.rules import Bucket, Capped
from app.errors import NotFound, ServiceError
from app.submissions.assigned import Assigned


class NotSet(NotFound):
    """No assignment of the person's courses sets this."""

    kind = "not-assigned"
    title = "No such problem of an assignment"

    def __init__(self) -> None:
        super().__init__(
            "There is no such problem in an assignment of your courses. Leave out "
            "assignment_problem to practise."
        )


class NotOpenYet(ServiceError):
    """The assignment takes nothing before it opens."""

    status = HTTPStatus.FORBIDDEN
    kind = "not-open-yet"
    title = "The assignment is not open yet"


class AssignmentClosed(ServiceError):
    """The assignment takes nothing any more."""

    status = HTTPStatus.FORBIDDEN
    kind = "assignment-closed"
    title = "The assignment is closed"


class NoAttemptsLeft(ServiceError):
    """As many programs were submitted as may be."""

    status = HTTPStatus.FORBIDDEN
    kind = "no-attempts-left"
    title = "No attempts are left"


class NextAttemptLater(ServiceError):
    """All attempts that there are at present are used; one comes back."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "next-attempt-later"
    title = "The next attempt comes later"


class SetForPoints(ServiceError):
    """An assignment of the person's sets the problem, and practice would get round its rules."""

    status = HTTPStatus.FORBIDDEN
    kind = "set-for-points"
    title = "The problem is set by an assignment"

    def __init__(self, assigned: Assigned, now: datetime) -> None:
        ends_at = assigned.rules.ends_at
        until = (
            ""
            if ends_at is None
            else f" It can be practised after {assigned.on_the_wall(ends_at, now)}."
        )
        super().__init__(
            f"Your assignment “{assigned.assignment.title}” sets this problem now, by rules that "
            "practice beside it would get round. Open it from the assignment and submit it "
            f"there: by the API, with assignment_problem {assigned.problem.id}.{until}"
        )


def refused(assigned: Assigned, said: Admission, now: datetime) -> ServiceError:
    """The error that tells why nothing is taken now."""
    title = f"“{assigned.assignment.title}”"
    headers = None
    if said.again_at is not None:
        seconds = math.ceil((said.again_at - now).total_seconds())
        headers = {"Retry-After": str(max(1, seconds))}
    match said.refusal:
        case Refusal.NOT_OPEN if said.again_at is not None:
            opens = assigned.on_the_wall(said.again_at, now)
            return NotOpenYet(f"{title} opens on {opens}. Submit it then.", headers=headers)
        case Refusal.TOO_SOON if said.again_at is not None:
            holds = (
                assigned.rules.attempts.holds if isinstance(assigned.rules.attempts, Bucket) else 0
            )
            again = assigned.on_the_wall(said.again_at, now)
            return NextAttemptLater(
                f"In {title} you have {counted(holds, 'attempt')} at this problem at once, and "
                f"none is left now. The next one comes on {again}.",
                headers=headers,
            )
        case Refusal.NO_ATTEMPTS_LEFT:
            return NoAttemptsLeft(f"{_used_up(assigned, now)} Your teachers can grant more.")
        case _:
            return closed(assigned, now)


def closed(assigned: Assigned, now: datetime) -> AssignmentClosed:
    """The error that tells since when nothing is taken."""
    title = f"“{assigned.assignment.title}”"
    ended = assigned.rules.ends_at
    if ended is None or now <= ended:
        return AssignmentClosed(f"{title} takes nothing any more: its course is archived.")
    return AssignmentClosed(
        f"{title} is closed since {assigned.on_the_wall(ended, now)}. If you could not hand in "
        "on time, ask your teachers for an extension."
    )


def _used_up(assigned: Assigned, now: datetime) -> str:
    rules, title = assigned.rules, f"“{assigned.assignment.title}”"
    if isinstance(rules.attempts, Bucket) and rules.ends_at is not None:
        ends = assigned.on_the_wall(rules.ends_at, now)
        return (
            f"In {title} no attempt at this problem is left, and none comes back before it ends, "
            f"on {ends}."
        )
    most = rules.attempts.most if isinstance(rules.attempts, Capped) else 0
    return f"In {title} you have {counted(most, 'attempt')} at this problem, and all are used."
