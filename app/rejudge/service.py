"""Rejudges: what would be judged, having it judged, how far that is."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import grading_repository
from app.courses.access import InCourse
from app.db.engine import Database
from app.errors import ErrorItem, Invalid, NotFound
from app.gradebook.anonymity import shown_student
from app.gradebook.repository import names as names_of
from app.models import PackageSnapshot, Rejudge, RejudgeStatus
from app.rejudge import log, outcome, repository, selection
from app.rejudge.checks import checked
from app.rejudge.errors import AlreadyDecided
from app.rejudge.schemas import (
    Choice,
    JudgeFailure,
    Outcome,
    Progress,
    RejudgeCreate,
    RejudgeDetail,
    RejudgePage,
    RejudgePreview,
    RejudgeView,
    VersionCount,
)
from app.rejudge.selection import Chosen, Setting
from app.settings import get_settings
from app.worker import heartbeat
from app.worker.queue import Priority, enqueue_all, slots_for_all
from app.worker.repository import set_queued

# So many submissions are judged by one rejudge at most.
MOST_SUBMISSIONS = 20_000
# So many of them are queued in one transaction.
BATCH = 500


async def preview(session: AsyncSession, within: InCourse, wish: RejudgeCreate) -> RejudgePreview:
    """What would be judged, by which versions, and how long that takes."""
    course_id = within.course.id
    settings = await selection.settings(session, course_id)
    version = await checked(session, course_id, wish, settings)
    found, students = await selection.count(session, course_id, wish.chosen)
    by_id = {each.problem.id: each for each in settings}
    timed = [each for each in found if each.seconds is not None]
    seconds = None
    if timed:
        known = sum(each.submissions for each in timed)
        mean = sum((each.seconds or 0.0) * each.submissions for each in timed) / known
        seconds = mean * sum(each.submissions for each in found)
    workers = await heartbeat.alive(session)
    slots = len(workers) * slots_for_all(get_settings().worker_concurrency)
    return RejudgePreview(
        submissions=sum(each.submissions for each in found),
        students=students,
        judges=tuple(_version_count(each, by_id[each.problem_id], version) for each in found),
        judging_seconds=seconds,
        estimated_seconds=seconds / slots if seconds is not None and slots else None,
    )


async def create(session: AsyncSession, within: InCourse, wish: RejudgeCreate) -> RejudgeView:
    """Have the submissions chosen judged once more. What is judged does not count, and is queued
    by ``queue_all`` once this is stored."""
    course_id = within.course.id
    if not await repository.serialise(session, course_id):
        raise _unknown(course_id)
    found = await preview(session, within, wish)
    if not found.submissions:
        raise Invalid(
            "No submission is chosen: there is none that is judged and for which all holds that "
            "was asked for. Ask for less.",
            errors=[ErrorItem(location="body.chosen", message="chooses nothing")],
        )
    if found.submissions > MOST_SUBMISSIONS:
        raise Invalid(
            f"{found.submissions} submissions are chosen; one rejudge judges at most "
            f"{MOST_SUBMISSIONS}. Choose a part of them, by problem or by time.",
            errors=[ErrorItem(location="body.chosen", message="chooses too much")],
        )
    rejudge = Rejudge(
        id=uuid.uuid4(),
        course_id=course_id,
        status=RejudgeStatus.JUDGING.value,
        chosen=wish.chosen.model_dump(mode="json", exclude_defaults=True),
        package_sha256=wish.package_sha256,
        reason=wish.reason,
        by_id=within.person.id,
    )
    await repository.add(session, rejudge)
    chosen = selection.chosen(course_id, wish.chosen, wish.package_sha256)
    await repository.add_attempts(session, rejudge.id, chosen)
    return await get(session, within, rejudge.id)


async def queue_all(database: Database, rejudge_id: uuid.UUID) -> None:
    """Queue what of a rejudge is not queued yet, some in each transaction, behind everything that
    somebody waits for. Where this is cut short the sweeper goes on with it."""
    queued = BATCH
    while queued == BATCH:
        async with database.session() as session:
            attempt_ids = await repository.unqueued(session, rejudge_id, BATCH)
            job_ids = await enqueue_all(session, attempt_ids, Priority.REJUDGE)
            await set_queued(session, dict(zip(attempt_ids, job_ids, strict=True)))
            queued = len(attempt_ids)


async def page(
    session: AsyncSession, within: InCourse, after: uuid.UUID | None, limit: int
) -> RejudgePage:
    """Some of a course's rejudges, the newest first. ``after`` is the ``next`` of the page
    before."""
    last = (await _find(session, within, after))[0] if after else None
    rows = await repository.page(session, within.course.id, last, limit + 1)
    shown = rows[:limit]
    progress = await repository.progress(session, [row[0].id for row in shown])
    return RejudgePage(
        items=tuple(_view(row, progress[row[0].id]) for row in shown),
        next=shown[-1][0].id if len(rows) > limit else None,
    )


async def get(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> RejudgeDetail:
    """A rejudge, how far it is, and what the judge failed on."""
    row = await _find(session, within, rejudge_id)
    progress = await repository.progress(session, [rejudge_id])
    view = _view(row, progress[rejudge_id])
    return RejudgeDetail(
        **dict(view), failures=await _failures(session, within.course.id, rejudge_id)
    )


async def outcome_of(
    session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID, *, nobody_loses: bool
) -> Outcome:
    """Who would gain and who would lose if a rejudge were applied as the grades are now; of one
    that is applied, who has."""
    rejudge, _, _ = await _find(session, within, rejudge_id)
    if rejudge.status == RejudgeStatus.APPLIED:
        return await log.read(session, within.course.id, rejudge_id)
    if rejudge.status == RejudgeStatus.DISCARDED:
        raise AlreadyDecided("This rejudge was discarded: nothing changes by it.")
    judged = await repository.people(session, rejudge_id)
    people = await grading_repository.students(session, within.course.id, judged)
    computed = await outcome.compute(
        session, within.course.id, rejudge_id, people, nobody_loses=nobody_loses
    )
    progress = (await repository.progress(session, [rejudge_id]))[rejudge_id]
    return await outcome.view(
        session,
        computed,
        nobody_loses=nobody_loses,
        complete=progress.judged == progress.total,
    )


async def retry(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> RejudgeDetail:
    """Have judged once more what the judge failed on; ``queue_all`` queues it."""
    if not await repository.serialise(session, within.course.id):
        raise _unknown(rejudge_id)
    rejudge = await undecided(session, within, rejudge_id)
    progress = (await repository.progress(session, [rejudge_id]))[rejudge_id]
    if not progress.failed:
        raise Invalid("The judge failed on none of these submissions: there is nothing to retry.")
    failed = repository.failed_submissions(rejudge.id)
    await repository.add_attempts(session, rejudge.id, failed)
    return await get(session, within, rejudge_id)


async def undecided(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> Rejudge:
    """A rejudge about which nobody else decides until this transaction ends. The course is locked
    before."""
    rejudge = await repository.lock(session, within.course.id, rejudge_id)
    if rejudge is None:
        raise _unknown(rejudge_id)
    if rejudge.status in (RejudgeStatus.APPLIED, RejudgeStatus.DISCARDED):
        raise AlreadyDecided(
            f"This rejudge was {rejudge.status} at {rejudge.decided_at:%Y-%m-%d %H:%M} UTC; that "
            "stands. Start another to judge once more."
        )
    return rejudge


def status_of(rejudge: Rejudge, progress: Progress) -> RejudgeStatus:
    """How far a rejudge is. That it is ready follows from its attempts and is stored nowhere."""
    status = RejudgeStatus(rejudge.status)
    if status is RejudgeStatus.JUDGING and progress.judged == progress.total:
        return RejudgeStatus.READY
    return status


def _unknown(rejudge_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no rejudge {rejudge_id} in this course.")


async def _find(session: AsyncSession, within: InCourse, rejudge_id: uuid.UUID) -> repository.Row:
    row = await repository.find(session, within.course.id, rejudge_id)
    if row is None:
        raise _unknown(rejudge_id)
    return row


async def _failures(
    session: AsyncSession, course_id: uuid.UUID, rejudge_id: uuid.UUID
) -> tuple[JudgeFailure, ...]:
    found = await repository.failures(session, rejudge_id)
    if not found:
        return ()
    by_id = {each.problem.id: each for each in await selection.settings(session, course_id)}
    names = await names_of(session, {each.person_id for each in found})
    return tuple(
        JudgeFailure(
            submission_id=each.submission_id,
            student=shown_student(
                by_id[each.problem_id].assignment, each.person_id, names[each.person_id]
            )[1],
            problem=by_id[each.problem_id].title,
            assignment=by_id[each.problem_id].assignment.title,
            attempt=each.number,
            message=each.message,
        )
        for each in found
        if each.problem_id in by_id
    )


def _view(row: repository.Row, progress: Progress) -> RejudgeView:
    rejudge, version, name = row
    return RejudgeView(
        id=rejudge.id,
        status=status_of(rejudge, progress),
        reason=rejudge.reason,
        chosen=Choice.model_validate(rejudge.chosen),
        package_sha256=rejudge.package_sha256,
        version=version,
        by=name,
        created_at=rejudge.created_at,
        decided_at=rejudge.decided_at,
        progress=progress,
    )


def _version_count(
    found: Chosen, setting: Setting, version: PackageSnapshot | None
) -> VersionCount:
    return VersionCount(
        problem_id=setting.problem.id,
        problem=setting.title,
        assignment=setting.assignment.title,
        package_sha256=found.package_sha256 if version is None else version.sha256,
        version=setting.pinned_version if version is None else version.version,
        submissions=found.submissions,
    )
