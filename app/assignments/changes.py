"""What a change of an assignment changes: of what grades follow from, and for whom."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository
from app.assignments.repository import SetProblem
from app.assignments.schemas import Effect
from app.models import Assignment, GradeChange, GradeChangeKind

# Sums of floating-point numbers that are meant to be equal differ by less.
_NOTHING = 1e-9


def facts_of(assignment: Assignment, problems: Sequence[SetProblem]) -> dict[str, Any]:
    """All that grades follow from, by name: the rules, and of each problem its points and what
    judges it. JSON data."""
    dates = {
        name: None if (date := getattr(assignment, name)) is None else date.isoformat()
        for name in ("opens_at", "due_at", "late_until")
    }
    facts: dict[str, Any] = {**dates, **assignment.policy}
    for problem in problems:
        row = problem.row
        facts[f"problems.{row.problem_slug}.points"] = row.points
        facts[f"problems.{row.problem_slug}.package_sha256"] = row.package_sha256
    return facts


def changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of those that differ, or that only one has."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(name for name in names if before.get(name) != after.get(name))


def entry_of(
    assignment: Assignment,
    actor_id: uuid.UUID,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str,
) -> GradeChange:
    """The entry of the log that tells of a change: what, from what, to what, and why."""
    changed = changed_facts(before, after)
    said = f"Changed: {', '.join(changed).replace('_', ' ')}."
    return GradeChange(
        kind=GradeChangeKind.RULES_CHANGED.value,
        course_id=assignment.course_id,
        assignment_id=assignment.id,
        actor_id=actor_id,
        reason=f"{said} {reason}".strip(),
        details={
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed if name in after},
        },
    )


async def effect_since(
    session: AsyncSession, course_id: uuid.UUID, before: Mapping[uuid.UUID, float]
) -> Effect:
    """Who has other points now than in ``before``."""
    after = await repository.points_by_student(session, course_id)
    differences = [
        after.get(person_id, 0.0) - before.get(person_id, 0.0)
        for person_id in before.keys() | after.keys()
    ]
    return Effect(
        students=len(differences),
        gain=sum(difference > _NOTHING for difference in differences),
        lose=sum(difference < -_NOTHING for difference in differences),
        most_lost=max((-each for each in differences if each < -_NOTHING), default=0.0),
    )


@asynccontextmanager
async def tried(session: AsyncSession, *, undo: bool) -> AsyncIterator[None]:
    """Around a change: with ``undo`` it is taken back at the end of the block."""
    async with session.begin_nested() as savepoint:
        yield
        if undo:
            await session.flush()
            await savepoint.rollback()
