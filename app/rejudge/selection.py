"""Queries on which submissions are chosen for a rejudge, and on what judged those there are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptStatus,
    CourseRole,
    Enrolment,
    Grade,
    PackageSnapshot,
    Person,
    Problem,
    Section,
    Submission,
)
from app.rejudge.schemas import Choice
from judge.verdict import Verdict

_latest = (
    select(Attempt)
    .where(Attempt.submission_id == Submission.id, Attempt.counts)
    .order_by(Attempt.number.desc())
    .limit(1)
    .correlate(Submission)
    .lateral()
)
# The attempt that speaks for a submission.
_Speaking = aliased(Attempt, _latest)
# What was meant to judge is what did; only practice does not say beforehand.
_judge = func.coalesce(_Speaking.package_sha256, _Speaking.report["package_sha256"].as_string())
_SECONDS = func.extract("epoch", _Speaking.finished_at - _Speaking.started_at)


@dataclass(frozen=True)
class Chosen:
    """How much of a problem is chosen, of how many students, and how long it took to judge."""

    problem_id: uuid.UUID
    package_sha256: str
    submissions: int
    seconds: float | None


@dataclass(frozen=True)
class Setting:
    """A problem of an assignment, its title, and the version that it pins."""

    assignment: Assignment
    problem: AssignmentProblem
    title: str
    pinned_version: str


@dataclass(frozen=True)
class Outdated:
    """A submission for which another version speaks than its assignment pins."""

    submission: Submission
    assignment: Assignment
    problem_id: uuid.UUID
    package_sha256: str
    verdict: Verdict


def chosen(
    course_id: uuid.UUID, choice: Choice, package_sha256: str | None
) -> Select[uuid.UUID, str]:
    """The submissions chosen, each with the version that is to judge it."""
    judge = AssignmentProblem.package_sha256
    version = judge if package_sha256 is None else literal(package_sha256)
    return _judged(course_id, choice).with_only_columns(Submission.id, version)


async def count(
    session: AsyncSession, course_id: uuid.UUID, choice: Choice
) -> tuple[list[Chosen], int]:
    """How much is chosen by problem, and of how many students."""
    statement = (
        _judged(course_id, choice)
        .with_only_columns(
            AssignmentProblem.id,
            AssignmentProblem.package_sha256,
            func.count(),
            func.avg(_SECONDS),
        )
        .group_by(AssignmentProblem.id)
        .order_by(AssignmentProblem.id)
    )
    rows = await session.execute(statement)
    found = [
        Chosen(row[0], row[1], row[2], None if row[3] is None else float(row[3])) for row in rows
    ]
    people = _judged(course_id, choice).with_only_columns(
        func.count(Submission.person_id.distinct())
    )
    return found, (await session.execute(people)).scalar_one()


async def settings(session: AsyncSession, course_id: uuid.UUID) -> list[Setting]:
    """The problems of a course's assignments, in order."""
    statement = (
        select(Assignment, AssignmentProblem, Problem.title, PackageSnapshot.version)
        .join(AssignmentProblem, AssignmentProblem.assignment_id == Assignment.id)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .join(PackageSnapshot, PackageSnapshot.sha256 == AssignmentProblem.package_sha256)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.id, AssignmentProblem.position)
    )
    return [Setting(row[0], row[1], row[2], row[3]) for row in await session.execute(statement)]


async def sections(session: AsyncSession, course_id: uuid.UUID) -> Sequence[Section]:
    """The sections of a course."""
    statement = select(Section).where(Section.course_id == course_id).order_by(Section.name)
    return (await session.execute(statement)).scalars().all()


async def unknown_people(
    session: AsyncSession, course_id: uuid.UUID, person_ids: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    """Those who are no students of the course."""
    statement = select(Enrolment.person_id).where(
        Enrolment.course_id == course_id,
        Enrolment.role == CourseRole.STUDENT.value,
        Enrolment.person_id.in_(person_ids),
    )
    known = set((await session.execute(statement)).scalars())
    return [each for each in person_ids if each not in known]


async def people_by_name(
    session: AsyncSession, course_id: uuid.UUID, names: Collection[str]
) -> dict[str, uuid.UUID]:
    """The students of the course with these names."""
    statement = (
        select(Person.name, Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.role == CourseRole.STUDENT.value,
            Person.name.in_(names),
        )
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def judged_by(
    session: AsyncSession, course_id: uuid.UUID
) -> dict[tuple[uuid.UUID, str], int]:
    """For how many submissions to each problem each version speaks."""
    statement = (
        _judged(course_id, Choice())
        .with_only_columns(AssignmentProblem.id, _judge, func.count())
        .group_by(AssignmentProblem.id, _judge)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)}


async def outdated(
    session: AsyncSession,
    course_id: uuid.UUID,
    problem_id: uuid.UUID | None,
    after: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> list[Outdated]:
    """Submissions for which another version speaks than is pinned, the newest first."""
    statement = (
        _judged(course_id, Choice(problem_id=problem_id))
        .with_only_columns(Submission, Assignment, AssignmentProblem.id, _judge, _Speaking.verdict)
        .where(_judge != AssignmentProblem.package_sha256)
        .order_by(Submission.created_at.desc(), Submission.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(Submission.created_at, Submission.id) < after)
    rows = await session.execute(statement)
    return [Outdated(row[0], row[1], row[2], row[3], Verdict(str(row[4]))) for row in rows]


async def submission_moment(
    session: AsyncSession, course_id: uuid.UUID, submission_id: uuid.UUID
) -> datetime | None:
    """When a submission to one of the course's assignments came."""
    statement = _judged(course_id, Choice()).with_only_columns(Submission.created_at)
    statement = statement.where(Submission.id == submission_id)
    return (await session.execute(statement)).scalar_one_or_none()


def _judged(course_id: uuid.UUID, choice: Choice) -> Select[Submission]:
    """The students' submissions that are judged and for which all holds that is asked for."""
    return (
        select(Submission)
        .join(AssignmentProblem, AssignmentProblem.id == Submission.assignment_problem_id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(
            Enrolment,
            and_(
                Enrolment.course_id == Assignment.course_id,
                Enrolment.person_id == Submission.person_id,
                Enrolment.role == CourseRole.STUDENT.value,
            ),
        )
        .join(_Speaking, true())
        .where(
            Assignment.course_id == course_id,
            _Speaking.status == AttemptStatus.DONE.value,
            *_wanted(choice),
        )
    )


def _wanted(choice: Choice) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if choice.assignment_id is not None:
        wanted.append(Assignment.id == choice.assignment_id)
    if choice.problem_id is not None:
        wanted.append(AssignmentProblem.id == choice.problem_id)
    if choice.judged_by is not None:
        wanted.append(_judge == choice.judged_by)
    if choice.verdicts:
        wanted.append(_Speaking.verdict.in_(choice.verdicts))
    if choice.reasons:
        wanted.append(_Speaking.reason.in_(choice.reasons))
    if choice.submitted_from is not None:
        wanted.append(Submission.created_at >= choice.submitted_from)
    if choice.submitted_until is not None:
        wanted.append(Submission.created_at <= choice.submitted_until)
    if choice.section_id is not None:
        wanted.append(Enrolment.section_id == choice.section_id)
    if choice.person_ids:
        wanted.append(Submission.person_id.in_(choice.person_ids))
    if choice.only_counting:
        wanted.append(
            select(Grade.submission_id).where(Grade.submission_id == Submission.id).exists()
        )
    return wanted
