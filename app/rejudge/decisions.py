"""Deciding about a rejudge: it counts from now on, for all or so that nobody loses, or never."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.feedback import is_shown
from app.assignments.grants_repository import students
from app.assignments.rules import rules_of
from app.courses import grading, grading_repository
from app.courses.access import InCourse
from app.courses.notices import notify
from app.db.base import now
from app.errors import NotFound
from app.gradebook.words import points_text
from app.models import Course, Rejudge, RejudgeStatus
from app.rejudge import log, outcome, repository, service
from app.rejudge.errors import OutcomeChanged, StillJudging
from app.rejudge.outcome import Change, differs
from app.rejudge.schemas import RejudgeApply, RejudgeDetail


async def apply(
    session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID, wish: RejudgeApply
) -> RejudgeDetail:
    """Let the attempts count, compute the grades, log and tell what changed: all or nothing, and
    only what was shown. Raises OutcomeChanged where the grades are others by now."""
    course_id = within.course.id
    rejudge = await _undecided(session, within, rejudge_id)
    progress = (await repository.progress(session, [rejudge_id]))[rejudge_id]
    if progress.judged < progress.total:
        raise StillJudging(progress)
    judged = await repository.people(session, rejudge_id)
    # Before anything is computed: from here on nobody else changes what these people have. Who is
    # a student no more has no grades to follow.
    people = await grading_repository.lock_students(session, course_id, judged)
    computed = await outcome.compute(
        session, course_id, rejudge_id, people, nobody_loses=wish.nobody_loses
    )
    if computed.fingerprint != wish.fingerprint:
        raise OutcomeChanged(
            await outcome.view(session, computed, nobody_loses=wish.nobody_loses, complete=True)
        )
    await repository.let_count(session, rejudge_id, computed.submission_ids)
    await grading.recompute(session, course_id, people)
    changed = [each for each in computed.changes if each.points]
    await log.write(session, within, rejudge, changed, nobody_loses=wish.nobody_loses)
    await _tell(session, within.course, rejudge, computed.changes)
    await repository.decide(session, rejudge, RejudgeStatus.APPLIED, now())
    return await service.get(session, within, rejudge_id)


async def discard(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> RejudgeDetail:
    """Let nothing of a rejudge ever count. What is judged stays for staff to read; what no worker
    has begun is not judged any more."""
    rejudge = await _undecided(session, within, rejudge_id)
    await repository.drop_queued(session, rejudge_id)
    await repository.decide(session, rejudge, RejudgeStatus.DISCARDED, now())
    return await service.get(session, within, rejudge_id)


async def _undecided(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> Rejudge:
    if not await grading_repository.hold_course(session, within.course.id):
        raise NotFound("This course was deleted.")
    return await service.undecided(session, within, rejudge_id)


async def _tell(
    session: AsyncSession, course: Course, rejudge: Rejudge, changes: Sequence[Change]
) -> None:
    """Tell each student once of all their points that changed, as far as they see them. Who has
    left sees none."""
    people = {each.person_id for each in changes}
    found = await students(session, course.id, person_ids=people)
    here = {student.person_id for student in found}
    changes = [each for each in changes if each.person_id in here]
    assignments = {each.setting.assignment.id: each.setting.assignment for each in changes}
    rules = await rules_of(session, list(assignments.values()), course, here)
    moment = now()
    by_person: dict[uuid.UUID, list[str]] = defaultdict(list)
    for change in changes:
        assignment = change.setting.assignment
        told = is_shown(assignment, rules[assignment.id, change.person_id], moment)
        if told and (sentence := _sentence(change)):
            by_person[change.person_id].append(sentence)
    for person_id, sentences in by_person.items():
        await notify(
            session,
            [person_id],
            rejudge.course_id,
            f"Your work was judged again. {'; '.join(sentences)}. Why: {rejudge.reason}",
            f"/courses/{rejudge.course_id}/grades",
        )


def _sentence(change: Change) -> str:
    """What a student who sees points sees change; nothing where these stay the same."""
    assignment = change.setting.assignment
    if not assignment.listed:
        return ""
    before, after = change.before.points, change.after.points
    if assignment.published_at is None:
        # Before grades are published, points set by hand are nothing that a student knows of.
        before, after = change.before.earned, change.after.earned
    if not differs(before, after):
        return ""
    most = points_text(change.setting.problem.points)
    return (
        f"{assignment.title}, {change.setting.title}: {points_text(before)} → "
        f"{points_text(after)} of {most} points"
    )
