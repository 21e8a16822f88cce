"""What waits for the staff of a course: each thing in a sentence, with where to see to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.schemas import AssignmentView
from app.courses import attention_repository as repository
from app.courses.access import InCourse, Power
from app.gradebook.regrades_repository import count_open
from app.rejudge.versions import list_versions


@dataclass(frozen=True)
class Waiting:
    """Something to see to, and the page on which."""

    words: str
    link: str


async def waiting(
    session: AsyncSession, who: InCourse, assignments: Sequence[AssignmentView], now: datetime
) -> list[Waiting]:
    """What waits, as far as this person can see to it; nothing for students."""
    found: list[Waiting] = []
    place = f"/courses/{who.course.id}"
    if who.may(Power.GRADE) and (questions := await count_open(session, who.course.id)):
        words = "question waits" if questions == 1 else "questions wait"
        found.append(Waiting(f"{questions} {words} for an answer", f"{place}/regrades"))
    if judging := await repository.count_judging(session, who.course.id):
        words = "submission is" if judging == 1 else "submissions are"
        found.append(Waiting(f"{judging} {words} being judged", f"{place}/gradebook?state=judging"))
    if not who.may(Power.TEACH):
        return found
    for rejudge_id, _ in await repository.ready_rejudges(session, who.course.id):
        found.append(
            Waiting("A rejudge is done: apply or discard it", f"{place}/rejudges/{rejudge_id}")
        )
    found += [
        Waiting(
            f"“{each.title}” has ended, and its grades are not published",
            f"{place}/gradebook?assignment={each.id}",
        )
        for each in assignments
        if _unpublished(each, now)
    ]
    if behind := sum(each.outdated for each in (await list_versions(session, who)).items):
        words = "submission was" if behind == 1 else "submissions were"
        found.append(
            Waiting(
                f"{behind} {words} judged by another version than is pinned now",
                f"{place}/rejudges",
            )
        )
    if not any(each.listed for each in assignments):
        words = "Students see no assignment yet"
        found.append(
            Waiting(words, f"{place}#assignments" if assignments else f"{place}/assignments/new")
        )
    if invited := await repository.count_invitations(session, who.course.id):
        words = "person on the list has" if invited == 1 else "people on the list have"
        found.append(Waiting(f"{invited} {words} no account yet", f"{place}/people#invited"))
    return found


def _unpublished(assignment: AssignmentView, now: datetime) -> bool:
    """Whether nothing comes in any more, and students are not told yet that this is final."""
    ended = assignment.late_until or assignment.due_at
    return (
        assignment.listed and assignment.published_at is None and ended is not None and ended < now
    )
