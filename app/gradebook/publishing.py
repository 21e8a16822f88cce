"""Publishing the grades of an assignment, and taking that back: students are told of both."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.courses.grading_repository import hold_course
from app.courses.notices import notify
from app.db.base import now
from app.errors import NotFound
from app.gradebook import log_repository, points_repository, repository
from app.gradebook.schemas import PublicationView
from app.models import Assignment, GradeChange, GradeChangeKind
from app.submissions.notifications import GRADES_CHANNEL


async def publish(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID
) -> PublicationView:
    """Let students see their grades. Once more changes nothing."""
    assignment = await _locked(session, who, assignment_id)
    if assignment.published_at is None:
        assignment.published_at = now()
        text = f"Grades of {assignment.title} are published."
        await _note(session, who, assignment, GradeChangeKind.PUBLISHED, text)
    return await _view(session, assignment)


async def unpublish(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID
) -> PublicationView:
    """Hide the grades from students again. Once more changes nothing."""
    assignment = await _locked(session, who, assignment_id)
    if assignment.published_at is not None:
        assignment.published_at = None
        text = f"Grades of {assignment.title} were taken back for now: they are looked at again."
        await _note(session, who, assignment, GradeChangeKind.UNPUBLISHED, text)
    return await _view(session, assignment)


async def _locked(session: AsyncSession, who: InCourse, assignment_id: uuid.UUID) -> Assignment:
    assignment = None
    if await hold_course(session, who.course.id):
        assignment = await repository.lock_assignment(session, who.course.id, assignment_id)
    if assignment is None:
        raise NotFound("There is no such assignment in this course.")
    return assignment


async def _note(
    session: AsyncSession,
    who: InCourse,
    assignment: Assignment,
    kind: GradeChangeKind,
    text: str,
) -> None:
    assignment.version += 1
    await session.flush()
    entry = GradeChange(
        kind=kind.value,
        course_id=who.course.id,
        assignment_id=assignment.id,
        actor_id=who.person.id,
    )
    await log_repository.add(session, entry)
    if assignment.listed:
        students = await repository.students(session, who.course.id)
        people = [each.person_id for each in students]
        await notify(session, people, who.course.id, text, f"/courses/{who.course.id}/grades")
    await points_repository.tell_all_changed(session, who.course.id, GRADES_CHANNEL)


async def _view(session: AsyncSession, assignment: Assignment) -> PublicationView:
    return PublicationView(
        assignment_id=assignment.id,
        published_at=assignment.published_at,
        version=assignment.version,
        judging=await points_repository.count_judging(session, assignment.id),
    )
