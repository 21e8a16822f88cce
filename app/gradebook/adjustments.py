"""Points set by hand in place of those earned: each change has a reason and an entry in the log."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.courses.notices import notify
from app.db.base import now
from app.errors import ChangedMeanwhile, NotFound
from app.gradebook import log_repository, points_repository, repository
from app.gradebook.cell_schemas import AdjustmentPut, AdjustmentRemove, AdjustmentView
from app.gradebook.points import earned
from app.gradebook.students import Place, find_place
from app.gradebook.words import points_text
from app.models import Adjustment, Grade, GradeChange, GradeChangeKind

# What an entry of the log keeps of the adjustment's version.
_VERSION = "version"


async def adjust(
    session: AsyncSession,
    who: InCourse,
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    order: AdjustmentPut,
    *,
    reveal: bool = False,
) -> AdjustmentView:
    """Set a student's points. Raises ChangedMeanwhile where somebody else did so since."""
    place = await find_place(session, who, problem_id, student_id, reveal=reveal, lock=True)
    adjustment = await points_repository.find_adjustment(session, problem_id, place.person.id)
    await _require_version(session, place, adjustment, order.version)
    grade = await points_repository.find_grade(session, problem_id, place.person.id)
    before = _points(adjustment, grade)
    if adjustment is None:
        last = await log_repository.last_adjustment(session, problem_id, place.person.id)
        # Versions go on after a removal: one that was read before it is never taken for a new one.
        version = int(last.details.get(_VERSION, 0)) + 1 if last is not None else 1
        adjustment = Adjustment(
            problem_id=problem_id, person_id=place.person.id, version=version, points=0.0, reason=""
        )
        session.add(adjustment)
    else:
        adjustment.version += 1
    adjustment.points = order.points
    adjustment.reason = order.reason
    adjustment.by_id = who.person.id
    adjustment.at = now()
    await session.flush()
    await _log(
        session,
        who,
        place,
        GradeChangeKind.ADJUSTED,
        (before, order.points),
        order.reason,
        adjustment.version,
    )
    return view_of(adjustment, who.person.name)


async def remove(
    session: AsyncSession,
    who: InCourse,
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    order: AdjustmentRemove,
    *,
    reveal: bool = False,
) -> None:
    """Let the points earned count again."""
    place = await find_place(session, who, problem_id, student_id, reveal=reveal, lock=True)
    adjustment = await points_repository.find_adjustment(session, problem_id, place.person.id)
    await _require_version(session, place, adjustment, order.version)
    if adjustment is None:
        raise NotFound("There is no adjustment here to remove: the points are those earned.")
    grade = await points_repository.find_grade(session, problem_id, place.person.id)
    points = (adjustment.points, _points(None, grade))
    await session.delete(adjustment)
    await session.flush()
    await _log(
        session,
        who,
        place,
        GradeChangeKind.ADJUSTMENT_REMOVED,
        points,
        order.reason,
        order.version + 1,
    )


def view_of(adjustment: Adjustment, by: str | None) -> AdjustmentView:
    """An adjustment as an answer."""
    return AdjustmentView(
        points=adjustment.points,
        reason=adjustment.reason,
        version=adjustment.version,
        by=by,
        at=adjustment.at,
    )


def _points(adjustment: Adjustment | None, grade: Grade | None) -> float | None:
    if adjustment is not None:
        return adjustment.points
    return earned(grade)


async def _require_version(
    session: AsyncSession, place: Place, adjustment: Adjustment | None, read: int
) -> None:
    if (0 if adjustment is None else adjustment.version) == read:
        return
    last = await log_repository.last_adjustment(session, place.problem.row.id, place.person.id)
    what = "Somebody changed these points"
    if last is not None:
        who = "Somebody whose account is gone"
        if last.actor_id is not None:
            known = await repository.names(session, [last.actor_id])
            who = known.get(last.actor_id, who)
        done = "took the adjustment away"
        if adjustment is not None:
            done = f"set {points_text(adjustment.points)} points ({adjustment.reason})"
        what = f"{who} {done} at {last.at:%Y-%m-%d %H:%M} UTC"
    version = 0 if adjustment is None else adjustment.version
    raise ChangedMeanwhile(
        f"{what}, since you read it. Nothing of yours was stored: look again and, where your "
        f"change is still right, save it once more (by the API with version {version})."
    )


async def _log(
    session: AsyncSession,
    who: InCourse,
    place: Place,
    kind: GradeChangeKind,
    points: tuple[float | None, float | None],
    reason: str,
    version: int,
) -> None:
    before, after = points
    entry = GradeChange(
        kind=kind.value,
        course_id=who.course.id,
        assignment_id=place.assignment.id,
        problem_id=place.problem.row.id,
        person_id=place.person.id,
        actor_id=who.person.id,
        points_before=before,
        points_after=after,
        reason=reason,
        details={_VERSION: version},
    )
    await log_repository.add(session, entry)
    told = place.assignment.listed and place.assignment.published_at is not None
    if told and before != after:
        text = (
            f"Your points for {place.problem.title} in {place.assignment.title} changed from "
            f"{points_text(before)} to {points_text(after)}. {reason}"
        )
        link = f"/courses/{who.course.id}/grades"
        await notify(session, [place.person.id], who.course.id, text, link)
