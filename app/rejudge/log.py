"""What rejudges that were applied changed, as it stands in the log of the course's grades."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.models import GradeChange, GradeChangeKind, Rejudge
from app.rejudge import outcome, outcome_repository, selection
from app.rejudge.outcome import Change, Computed
from app.rejudge.schemas import Outcome, Standing


async def write(
    session: AsyncSession,
    within: InCourse,
    rejudge: Rejudge,
    changes: Sequence[Change],
    *,
    nobody_loses: bool,
) -> None:
    """Write down whose points a rejudge changes, and how."""
    entries = [
        GradeChange(
            kind=GradeChangeKind.REJUDGED.value,
            course_id=within.course.id,
            assignment_id=each.setting.assignment.id,
            problem_id=each.setting.problem.id,
            person_id=each.person_id,
            actor_id=within.person.id,
            points_before=each.before.points,
            points_after=each.after.points,
            reason=rejudge.reason,
            details={
                "rejudge_id": str(rejudge.id),
                "nobody_loses": nobody_loses,
                "before": each.before.model_dump(mode="json"),
                "after": each.after.model_dump(mode="json"),
            },
        )
        for each in changes
    ]
    await outcome_repository.log(session, entries)


async def read(session: AsyncSession, course_id: uuid.UUID, rejudge_id: uuid.UUID) -> Outcome:
    """What a rejudge changed, as far as the problems are still set and the people still there."""
    entries = await outcome_repository.logged(session, course_id, rejudge_id)
    settings = {each.problem.id: each for each in await selection.settings(session, course_id)}
    changes = [
        Change(
            setting=settings[each.problem_id],
            person_id=each.person_id,
            before=Standing.model_validate(each.details["before"]),
            after=Standing.model_validate(each.details["after"]),
            left_out=False,
        )
        for each in entries
        if each.person_id is not None and each.problem_id in settings
    ]
    nobody_loses = any(each.details["nobody_loses"] for each in entries)
    return await outcome.view(
        session, Computed(tuple(changes)), nobody_loses=nobody_loses, complete=True
    )
