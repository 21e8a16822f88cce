"""Queries on assignments and their problems."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Adjustment,
    Assignment,
    AssignmentProblem,
    Course,
    Grade,
    PackageSnapshot,
    Problem,
    Submission,
)


@dataclass(frozen=True)
class SetProblem:
    """A problem of an assignment, with its title and what its pinned version is called."""

    row: AssignmentProblem
    title: str
    version: str


async def hold_for_deletion(session: AsyncSession, course_id: uuid.UUID) -> None:
    """Let nobody compute grades in a course until this transaction ends: who then deletes a
    problem waits for nobody who waits for them."""
    await session.execute(select(Course.id).where(Course.id == course_id).with_for_update())


async def list_assignments(
    session: AsyncSession, course_ids: Collection[uuid.UUID], *, listed_only: bool
) -> Sequence[Assignment]:
    """The assignments of courses, in order."""
    statement = (
        select(Assignment)
        .where(Assignment.course_id.in_(course_ids))
        .order_by(Assignment.position, Assignment.created_at, Assignment.id)
    )
    if listed_only:
        statement = statement.where(Assignment.listed)
    return (await session.execute(statement)).scalars().all()


async def find(
    session: AsyncSession, course_id: uuid.UUID, assignment_id: uuid.UUID, *, lock: bool = False
) -> Assignment | None:
    """An assignment of a course; with ``lock`` as it is now, and nobody else changes it until this
    transaction ends."""
    statement = select(Assignment).where(
        Assignment.course_id == course_id, Assignment.id == assignment_id
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def problems_of(
    session: AsyncSession, assignment_ids: Collection[uuid.UUID]
) -> list[SetProblem]:
    """The problems of assignments, in order."""
    statement = (
        select(AssignmentProblem, Problem.title, PackageSnapshot.version)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .join(PackageSnapshot, PackageSnapshot.sha256 == AssignmentProblem.package_sha256)
        .where(AssignmentProblem.assignment_id.in_(assignment_ids))
        .order_by(AssignmentProblem.position, AssignmentProblem.id)
    )
    return [SetProblem(*row) for row in (await session.execute(statement)).all()]


async def submissions_by_problem(
    session: AsyncSession, problem_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """How many submissions there are to problems of assignments."""
    statement = (
        select(Submission.assignment_problem_id, func.count().label("submissions"))
        .where(Submission.assignment_problem_id.in_(problem_ids))
        .group_by(Submission.assignment_problem_id)
    )
    rows = (await session.execute(statement)).all()
    return {row.assignment_problem_id: row.submissions for row in rows}


async def points_by_student(session: AsyncSession, course_id: uuid.UUID) -> dict[uuid.UUID, float]:
    """The points shown in a course of every student who has some."""
    shown = func.sum(func.coalesce(Adjustment.points, Grade.points))
    statement = (
        select(Grade.person_id, shown.label("points"))
        .join(AssignmentProblem, AssignmentProblem.id == Grade.problem_id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .outerjoin(
            Adjustment,
            (Adjustment.problem_id == Grade.problem_id) & (Adjustment.person_id == Grade.person_id),
        )
        .where(Assignment.course_id == course_id)
        .group_by(Grade.person_id)
    )
    rows = (await session.execute(statement)).all()
    return {row.person_id: row.points for row in rows}


async def current_version(session: AsyncSession, slug: str) -> str | None:
    """The hash of the version of a problem that is on the list; None where it is not."""
    statement = select(Problem.package_sha256).where(Problem.slug == slug, Problem.listed)
    return (await session.execute(statement)).scalar_one_or_none()


async def add(session: AsyncSession, assignment: Assignment) -> None:
    """Store a new assignment."""
    session.add(assignment)
    await session.flush()


async def add_problems(session: AsyncSession, problems: Sequence[AssignmentProblem]) -> None:
    """Store new problems of an assignment."""
    session.add_all(problems)
    await session.flush()


async def remove_problems(session: AsyncSession, problem_ids: Collection[uuid.UUID]) -> None:
    """Delete problems of an assignment."""
    await session.execute(delete(AssignmentProblem).where(AssignmentProblem.id.in_(problem_ids)))


async def remove(session: AsyncSession, assignment_id: uuid.UUID) -> None:
    """Delete an assignment with its grades; its submissions stay, as practice."""
    await session.execute(delete(Assignment).where(Assignment.id == assignment_id))


async def lock_problems(session: AsyncSession, problem_ids: Collection[uuid.UUID]) -> None:
    """Let nobody submit to problems until this transaction ends."""
    statement = (
        select(AssignmentProblem.id)
        .where(AssignmentProblem.id.in_(problem_ids))
        .order_by(AssignmentProblem.id)
        .with_for_update()
    )
    await session.execute(statement)
