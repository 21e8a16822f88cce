"""Queries on questions about grades."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.gradebook.regrades_schemas import RegradeState
from app.models import (
    Adjustment,
    Assignment,
    AssignmentProblem,
    Enrolment,
    Grade,
    Person,
    Problem,
    RegradeRequest,
)

_Answerer = aliased(Person)


@dataclass(frozen=True)
class Asked:
    """A question with all that is told of it."""

    request: RegradeRequest
    assignment: Assignment
    problem: AssignmentProblem
    title: str
    student: str
    answerer: str | None
    answerer_role: str | None
    adjustment_version: int | None


@dataclass(frozen=True)
class Askable:
    """A problem about whose grade a student may ask."""

    problem_id: uuid.UUID
    problem: str
    assignment: str


def get_base_statement(course_id: uuid.UUID) -> Select:
    """The questions of a course."""
    return (
        select(
            RegradeRequest,
            Assignment,
            AssignmentProblem,
            Problem.title,
            Person.name,
            _Answerer.name,
            Enrolment.role,
            Adjustment.version,
        )
        .join(AssignmentProblem, AssignmentProblem.id == RegradeRequest.problem_id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .join(Person, Person.id == RegradeRequest.person_id)
        .outerjoin(_Answerer, _Answerer.id == RegradeRequest.answered_by_id)
        .outerjoin(
            Enrolment,
            (Enrolment.person_id == _Answerer.id) & (Enrolment.course_id == course_id),
        )
        .outerjoin(
            Adjustment,
            and_(
                Adjustment.problem_id == RegradeRequest.problem_id,
                Adjustment.person_id == RegradeRequest.person_id,
            ),
        )
        .where(Assignment.course_id == course_id)
    )


async def page(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    person_id: uuid.UUID | None,
    state: RegradeState,
    problem_id: uuid.UUID | None,
    after: RegradeRequest | None,
    limit: int,
) -> list[Asked]:
    """Questions, the newest first: those of one person or of all, those after one of them."""
    statement = get_base_statement(course_id).where(*_are(state))
    if person_id is not None:
        statement = statement.where(RegradeRequest.person_id == person_id)
    if problem_id is not None:
        statement = statement.where(RegradeRequest.problem_id == problem_id)
    if after is not None:
        statement = statement.where(
            tuple_(RegradeRequest.created_at, RegradeRequest.id) < (after.created_at, after.id)
        )
    statement = statement.order_by(RegradeRequest.created_at.desc(), RegradeRequest.id.desc())
    return [Asked(*row) for row in await session.execute(statement.limit(limit))]


async def find(
    session: AsyncSession, course_id: uuid.UUID, regrade_id: uuid.UUID, *, lock: bool = False
) -> Asked | None:
    """A question of a course; locked, nobody else changes it until the transaction ends."""
    statement = get_base_statement(course_id).where(RegradeRequest.id == regrade_id)
    if lock:
        statement = statement.with_for_update(of=RegradeRequest)
    row = (await session.execute(statement.execution_options(populate_existing=True))).one_or_none()
    return None if row is None else Asked(*row)


async def count_open(
    session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID | None = None
) -> int:
    """How many questions of a course, or of one person there, wait for an answer."""
    statement = (
        select(func.count())
        .select_from(RegradeRequest)
        .join(AssignmentProblem, AssignmentProblem.id == RegradeRequest.problem_id)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(Assignment.course_id == course_id, *_are(RegradeState.OPEN))
    )
    if person_id is not None:
        statement = statement.where(RegradeRequest.person_id == person_id)
    return (await session.execute(statement)).scalar_one()


async def askable(
    session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID
) -> list[Askable]:
    """The problems whose grades are published, without those about which the person waits for an
    answer, in the order of the course."""
    waiting = select(RegradeRequest.problem_id).where(
        RegradeRequest.person_id == person_id, *_are(RegradeState.OPEN)
    )
    statement = (
        select(AssignmentProblem.id, Problem.title, Assignment.title)
        .join(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .join(Problem, Problem.slug == AssignmentProblem.problem_slug)
        .where(
            Assignment.course_id == course_id,
            Assignment.listed,
            Assignment.published_at.is_not(None),
            AssignmentProblem.id.not_in(waiting),
        )
        .order_by(Assignment.position, Assignment.id, AssignmentProblem.position)
    )
    return [Askable(*row) for row in await session.execute(statement)]


async def hold_problem(
    session: AsyncSession, course_id: uuid.UUID, problem_id: uuid.UUID
) -> Assignment | None:
    """The assignment of a problem that students see, which nobody takes away until the transaction
    ends."""
    statement = (
        select(Assignment)
        .join(AssignmentProblem, AssignmentProblem.assignment_id == Assignment.id)
        .where(
            Assignment.course_id == course_id, Assignment.listed, AssignmentProblem.id == problem_id
        )
        .with_for_update(read=True, key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def add(
    session: AsyncSession, problem_id: uuid.UUID, person_id: uuid.UUID, text: str
) -> uuid.UUID | None:
    """Store a question with the submission that counts now; None where one is open already."""
    counting = select(Grade.submission_id).where(
        Grade.problem_id == problem_id, Grade.person_id == person_id
    )
    statement = (
        insert(RegradeRequest)
        .values(
            id=uuid.uuid4(),
            problem_id=problem_id,
            person_id=person_id,
            submission_id=counting.scalar_subquery(),
            text=text,
        )
        .on_conflict_do_nothing(
            index_elements=[RegradeRequest.problem_id, RegradeRequest.person_id],
            index_where=RegradeRequest.answered_at.is_(None),
        )
        .returning(RegradeRequest.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def remove(session: AsyncSession, request: RegradeRequest) -> None:
    """Delete a question."""
    await session.delete(request)
    await session.flush()


def _are(state: RegradeState) -> tuple[ColumnElement[bool], ...]:
    if state is RegradeState.ALL:
        return ()
    is_open = RegradeRequest.answered_at.is_(None)
    return (is_open if state is RegradeState.OPEN else ~is_open,)
