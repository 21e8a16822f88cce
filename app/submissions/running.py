"""Assignments that run: whose students are not to read the solutions of their problems."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.models import Person
from app.submissions import assigned_repository as repository
from app.submissions.assigned import Assigned, all_assigned_to

_NEVER = datetime.max.replace(tzinfo=UTC)


async def running_assignment(session: AsyncSession, person: Person, slug: str) -> Assigned | None:
    """The assignment that has opened for this student, has not ended, and sets the problem; of
    several the one that ends last."""
    moment = now()
    rows = await repository.set_for(session, person.id, slug)
    running = [
        assigned
        for assigned in await all_assigned_to(session, rows, person.id)
        if _has_opened(assigned, moment) and not assigned.has_ended(moment)
    ]
    return max(running, key=lambda each: each.rules.ends_at or _NEVER, default=None)


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


def _has_opened(assigned: Assigned, moment: datetime) -> bool:
    opens = assigned.rules.window.opens_at
    return opens is None or moment >= opens
