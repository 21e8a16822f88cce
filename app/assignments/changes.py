"""What a change of an assignment changes: of what grades follow from, and for whom."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository
from app.assignments.repository import SetProblem
from app.assignments.schemas import Effect
from app.assignments.wording import wall
from app.models import Assignment, GradeChange, GradeChangeKind

# Sums of floating-point numbers that are meant to be equal differ by less.
NOTHING = 1e-9
_DATES = ("opens_at", "due_at", "late_until")
_WORDS = {
    "opens_at": "opening",
    "due_at": "due date",
    "late_until": "end",
    "late": "the late policy",
    "attempts": "the attempts",
    "counts": "what counts",
}


def facts_of(assignment: Assignment, problems: Sequence[SetProblem]) -> dict[str, Any]:
    """All that grades follow from, by name: the rules, and of each problem its points and what
    judges it. JSON data."""
    dates = {
        name: None if (date := getattr(assignment, name)) is None else date.isoformat()
        for name in _DATES
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
    said: str,
) -> GradeChange:
    """The entry of the log that tells of a change: what, from what, to what, and why."""
    changed = changed_facts(before, after)
    return GradeChange(
        kind=GradeChangeKind.RULES_CHANGED.value,
        course_id=assignment.course_id,
        assignment_id=assignment.id,
        actor_id=actor_id,
        reason=said,
        details={
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed if name in after},
        },
    )


def changes_in_words(before: Mapping[str, Any], after: Mapping[str, Any], zone: ZoneInfo) -> str:
    """For example: Due date from Friday 13 March 2026 23:59 to none; points of layer-norm from 5
    to 4; the late policy."""
    said = []
    for name in changed_facts(before, after):
        words = _WORDS.get(name)
        old, new = before.get(name), after.get(name)
        if words is None:
            said.append(_problem_in_words(name, old, new))
        elif name in _DATES:
            said.append(f"{words} from {_date(old, zone)} to {_date(new, zone)}")
        else:
            said.append(words)
    text = "; ".join(each for each in said if each)
    return f"{text[:1].upper()}{text[1:]}."


def _problem_in_words(name: str, old: Any, new: Any) -> str:
    slug, _, what = name.removeprefix("problems.").rpartition(".")
    if old is None or new is None:
        # Said once, of the points: the version goes with them.
        verb = "added" if old is None else "taken out"
        return f"{slug} {verb}" if what == "points" else ""
    if what == "points":
        return f"points of {slug} from {old:g} to {new:g}"
    return f"the version that judges {slug}"


def _date(text: str | None, zone: ZoneInfo) -> str:
    return "none" if text is None else wall(datetime.fromisoformat(text), zone)


async def differences_since(
    session: AsyncSession, course_id: uuid.UUID, before: Mapping[uuid.UUID, float]
) -> dict[uuid.UUID, float]:
    """By how much the points of every student who has some differ from ``before``."""
    after = await repository.points_by_student(session, course_id)
    return {
        person_id: after.get(person_id, 0.0) - before.get(person_id, 0.0)
        for person_id in before.keys() | after.keys()
    }


async def effect_since(
    session: AsyncSession, course_id: uuid.UUID, before: Mapping[uuid.UUID, float]
) -> Effect:
    """Who has other points now than in ``before``."""
    return effect_of(await differences_since(session, course_id, before))


def effect_of(differences: Mapping[uuid.UUID, float]) -> Effect:
    """How many gain and lose."""
    lost = [-each for each in differences.values() if each < -NOTHING]
    return Effect(
        students=len(differences),
        gain=sum(each > NOTHING for each in differences.values()),
        lose=len(lost),
        most_lost=max(lost, default=0.0),
    )


@asynccontextmanager
async def tried(session: AsyncSession, *, undo: bool) -> AsyncIterator[None]:
    """Around a change: with ``undo`` it is taken back at the end of the block."""
    async with session.begin_nested() as savepoint:
        yield
        if undo:
            await session.flush()
            await savepoint.rollback()
