"""By which versions of its problems a course's submissions were judged, and which are outdated."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import snapshots
from app.courses.access import InCourse
from app.errors import NotFound
from app.gradebook.anonymity import shown_student
from app.gradebook.repository import names as names_of
from app.models import PackageSnapshot
from app.rejudge import selection
from app.rejudge.schemas import (
    CourseVersions,
    OutdatedPage,
    OutdatedSubmission,
    ProblemVersions,
    VersionRow,
)


async def list_versions(session: AsyncSession, within: InCourse) -> CourseVersions:
    """The problems of a course's assignments, each with the versions that may judge it."""
    counts = await selection.judged_by(session, within.course.id)
    settings = await selection.settings(session, within.course.id)
    stored = {
        slug: await snapshots.versions(session, slug)
        for slug in {each.problem.problem_slug for each in settings}
    }
    return CourseVersions(
        items=tuple(
            ProblemVersions(
                assignment_id=each.assignment.id,
                assignment=each.assignment.title,
                problem_id=each.problem.id,
                problem=each.title,
                slug=each.problem.problem_slug,
                pinned=each.problem.package_sha256,
                pinned_version=each.pinned_version,
                outdated=sum(
                    count
                    for (problem_id, sha256), count in counts.items()
                    if problem_id == each.problem.id and sha256 != each.problem.package_sha256
                ),
                versions=tuple(
                    _row(version, counts.get((each.problem.id, version.sha256), 0))
                    for version in stored[each.problem.problem_slug]
                ),
            )
            for each in settings
        )
    )


async def list_outdated(
    session: AsyncSession,
    within: InCourse,
    problem_id: uuid.UUID | None,
    after: uuid.UUID | None,
    limit: int,
) -> OutdatedPage:
    """Submissions that were judged by another version than is pinned now, the newest first."""
    course_id = within.course.id
    place = None
    if after is not None:
        moment = await selection.submission_moment(session, course_id, after)
        if moment is None:
            raise NotFound("There is no such submission in this course to go on after.")
        place = (moment, after)
    rows = await selection.outdated(session, course_id, problem_id, place, limit + 1)
    shown = rows[:limit]
    names = await names_of(session, {each.submission.person_id for each in shown})
    return OutdatedPage(
        items=tuple(
            OutdatedSubmission(
                submission_id=each.submission.id,
                student=shown_student(
                    each.assignment,
                    each.submission.person_id,
                    names[each.submission.person_id],
                )[1],
                problem_id=each.problem_id,
                package_sha256=each.package_sha256,
                verdict=each.verdict,
                created_at=each.submission.created_at,
            )
            for each in shown
        ),
        next=shown[-1].submission.id if len(rows) > limit else None,
    )


def _row(version: PackageSnapshot, submissions: int) -> VersionRow:
    return VersionRow(
        package_sha256=version.sha256,
        version=version.version,
        created_at=version.created_at,
        submissions=submissions,
    )
