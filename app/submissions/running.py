"""Assignments that run: whose students do not read the solutions of their problems, nor get round
their rules by practising."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.rules import Unlimited
from app.db.base import now
from app.models import Person
from app.submissions import assigned_repository as repository
from app.submissions.assigned import Assigned, all_assigned_to

_NEVER = datetime.max.replace(tzinfo=UTC)


async def running_assignment(session: AsyncSession, person: Person, slug: str) -> Assigned | None:
    """The assignment that has opened for this student, has not ended, and sets the problem; of
    several the one that ends last."""
    return _last(await _running(session, person, slug))


async def closes_practice(session: AsyncSession, person: Person, slug: str) -> Assigned | None:
    """The assignment that runs and beside which its problem is not practised; None where it may be.
    It is one that practice would get round: it counts attempts, hides groups, or gives feedback
    later."""
    moment = now()
    strict = [each for each in await _running(session, person, slug) if _is_strict(each, moment)]
    return _last(strict)


def until_it_ends(assigned: Assigned) -> str:
    """Until when the solution stays closed, and why."""
    title = f"“{assigned.assignment.title}”"
    if assigned.rules.ends_at is None:
        return f"The solution stays closed while your assignment {title} sets this problem."
    ends = assigned.on_the_wall(assigned.rules.ends_at, now())
    return (
        f"The solution stays closed until your assignment {title}, which sets this problem, has "
        f"ended: on {ends}."
    )


async def _running(session: AsyncSession, person: Person, slug: str) -> list[Assigned]:
    moment = now()
    rows = await repository.set_for(session, person.id, slug)
    return [
        assigned
        for assigned in await all_assigned_to(session, rows, person.id)
        if _has_opened(assigned, moment) and not assigned.has_ended(moment)
    ]


def _last(running: Sequence[Assigned]) -> Assigned | None:
    return max(running, key=lambda each: each.rules.ends_at or _NEVER, default=None)


def _is_strict(assigned: Assigned, moment: datetime) -> bool:
    return (
        not isinstance(assigned.rules.attempts, Unlimited)
        or bool(assigned.problem.hidden_groups)
        or assigned.feedback_withheld(moment) is not None
    )


def _has_opened(assigned: Assigned, moment: datetime) -> bool:
    opens = assigned.rules.window.opens_at
    return opens is None or moment >= opens
