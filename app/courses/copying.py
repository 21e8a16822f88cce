"""Copies a course to a new term: what is set, with its dates moved, and nobody's work."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.snapshots import package_of
from app.courses import copying_repository as repository
from app.courses import repository as courses
from app.courses import service
from app.courses.access import InCourse
from app.courses.clocks import later_on_the_wall
from app.courses.copying_schemas import CopyOrder, CopyView, KeptVersion, Versions
from app.courses.rules import is_in_calendar
from app.errors import Forbidden, Invalid
from app.models import Assignment, AssignmentProblem, Course, Section
from judge.package_error import PackageError
from judge.plan import new_seed

# Of an assignment everything is copied but these: they are the row's own, moved, or of the past.
_NOT_COPIED = frozenset(
    {
        "id",
        "course_id",
        "opens_at",
        "due_at",
        "late_until",
        "listed",
        "published_at",
        "pseudonym_key",
        "version",
        "created_at",
    }
)


async def copy_course(session: AsyncSession, who: InCourse, order: CopyOrder) -> CopyView:
    """A new course with the sections and assignments of this one, and its problems with fresh plan
    seeds. Who copies is its owner; nobody else is in it. Raises Forbidden for who may not make
    courses, Invalid where a date would be moved out of the calendar."""
    if not who.person.is_staff:
        raise Forbidden(
            "A copy is a new course, and those are made by instructors of this service. Ask who "
            "runs it to make you one."
        )
    course = await service.locked(session, who.course.id, shared=True)
    days = await _days(session, course, order)
    copy = Course(
        id=uuid.uuid4(),
        title=order.title or course.title,
        term=order.term,
        time_zone=course.time_zone,
        late_days=course.late_days,
        runtime=course.runtime,
    )
    await courses.add(session, copy, who.person.id)
    await service.note_made(session, who.person, copy)
    sections = await repository.sections(session, course.id)
    await repository.add(
        session, [Section(course_id=copy.id, name=section.name) for section in sections]
    )
    assignments = await repository.assignments(session, course.id)
    copies = {each.id: _copied(each, copy, days, order.keep_listed) for each in assignments}
    await repository.add(session, list(copies.values()))
    kept: list[KeptVersion] = []
    current = await repository.current_versions(session)
    problems = []
    for problem in await repository.problems(session, course.id):
        assignment = copies[problem.assignment_id]
        version = _Version(problem.package_sha256)
        if order.versions is Versions.CURRENT:
            version = await _current(session, problem, current)
        if version.kept is not None:
            kept.append(
                KeptVersion(
                    assignment=assignment.title, problem=problem.problem_slug, reason=version.kept
                )
            )
        problems.append(_copied_problem(problem, assignment, version.sha256))
    await repository.add(session, problems)
    return CopyView(
        course=await service.view(session, who.person, copy.id),
        assignments=len(assignments),
        moved_days=days,
        kept_versions=tuple(kept),
    )


async def first_day(session: AsyncSession, course: Course) -> date | None:
    """The day of a course's first date, on its own clocks; None where it has no dates."""
    first = await repository.first_moment(session, course.id)
    return first.astimezone(ZoneInfo(course.time_zone)).date() if first is not None else None


async def _days(session: AsyncSession, course: Course, order: CopyOrder) -> int:
    if order.new_first_day is None:
        return 0
    before = order.first_day or await first_day(session, course)
    return (order.new_first_day - before).days if before is not None else 0


def _copied(assignment: Assignment, copy: Course, days: int, keep_listed: bool) -> Assignment:
    columns = (column.key for column in Assignment.__table__.columns)
    same = {key: getattr(assignment, key) for key in columns if key not in _NOT_COPIED}
    opens_at, due_at, late_until = _moved(assignment, days, ZoneInfo(copy.time_zone))
    return Assignment(
        **same,
        id=uuid.uuid4(),
        course_id=copy.id,
        opens_at=opens_at,
        due_at=due_at,
        late_until=late_until,
        listed=assignment.listed and keep_listed,
    )


def _moved(assignment: Assignment, days: int, zone: ZoneInfo) -> list[datetime | None]:
    """The dates so many days later on the wall. Where the clocks change between two of them, the
    wall can put the later one first: then it is as late as the other."""
    moved: list[datetime | None] = []
    latest: datetime | None = None
    for moment in (assignment.opens_at, assignment.due_at, assignment.late_until):
        if moment is None:
            moved.append(None)
            continue
        there = _there(moment, days, zone)
        if there is None:
            raise Invalid(
                f"{days} days move the dates of {assignment.title!r} out of the calendar. Look at "
                "both first days again."
            )
        latest = there if latest is None else max(latest, there)
        moved.append(latest)
    return moved


def _there(moment: datetime, days: int, zone: ZoneInfo) -> datetime | None:
    """So many days later on the wall; None where an assignment cannot have that date."""
    try:
        there = later_on_the_wall(moment, timedelta(days=days), zone)
    except OverflowError:
        return None
    return there if is_in_calendar(there) else None


@dataclass(frozen=True)
class _Version:
    """Which version judges in the copy; and why it is not today's, where that was wanted."""

    sha256: str
    kept: str | None = None


async def _current(
    session: AsyncSession, problem: AssignmentProblem, current: dict[str, str]
) -> _Version:
    pinned = problem.package_sha256
    sha256 = current.get(problem.problem_slug)
    if sha256 is None:
        return _Version(pinned, "The problem is not on the list of problems any more.")
    if sha256 == pinned or not problem.hidden_groups:
        return _Version(sha256)
    try:
        package = await package_of(session, sha256)
    except PackageError as error:
        return _Version(pinned, f"Today's version cannot be read: {error}.")
    groups = {group.name for group in package.spec.groups}
    if gone := sorted(set(problem.hidden_groups) - groups):
        return _Version(pinned, f"Today's version has no group {', '.join(gone)} to hide.")
    return _Version(sha256)


def _copied_problem(
    problem: AssignmentProblem, assignment: Assignment, sha256: str
) -> AssignmentProblem:
    return AssignmentProblem(
        assignment_id=assignment.id,
        problem_slug=problem.problem_slug,
        position=problem.position,
        points=problem.points,
        package_sha256=sha256,
        plan_seed=new_seed(),
        hidden_groups=list(problem.hidden_groups),
    )
