"""Queries of what is exported: much of a course, a part at a time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Float, column, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Adjustment,
    Attempt,
    AttemptStatus,
    CourseRole,
    Enrolment,
    Grade,
    GrantMember,
    GrantRow,
    Person,
    RegradeRequest,
    Section,
    Submission,
)


@dataclass(frozen=True)
class Sent:
    """A submission to an assignment and whose it is."""

    submission: Submission
    name: str
    number: str | None
    email: str | None
    section: str | None


@dataclass(frozen=True)
class JudgedCase:
    """A case of an attempt. ``margin`` is the largest of its comparisons."""

    submission_id: uuid.UUID
    attempt: int
    counts: bool
    attempt_verdict: str
    attempt_reason: str | None
    score: float | None
    index: int
    group: str
    verdict: str | None
    reason: str | None
    margin: float | None
    wall_ms: float | None


async def submissions(
    session: AsyncSession,
    course_id: uuid.UUID,
    problem_id: uuid.UUID,
    after: Submission | None,
    limit: int,
) -> list[Sent]:
    """Submissions to a problem by those who are or were students, the oldest first; those that come
    after one of them."""
    statement = (
        select(Submission, Person.name, Enrolment.student_number, Person.email, Section.name)
        .join(Person, Person.id == Submission.person_id)
        .join(
            Enrolment,
            (Enrolment.person_id == Submission.person_id)
            & (Enrolment.course_id == course_id)
            & (Enrolment.role == CourseRole.STUDENT.value),
        )
        .outerjoin(Section, Section.id == Enrolment.section_id)
        .where(Submission.assignment_problem_id == problem_id)
        .order_by(Submission.created_at, Submission.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(
            tuple_(Submission.created_at, Submission.id) > (after.created_at, after.id)
        )
    return [Sent(*row) for row in await session.execute(statement)]


async def cases(
    session: AsyncSession, submission_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[JudgedCase]]:
    """Every case of every judged attempt of these submissions, in order. The database takes them
    out of the reports, which hold a hundred times as much."""
    case = (
        func.jsonb_array_elements(Attempt.report["cases"])
        .table_valued(column("value", JSONB), with_ordinality="place")
        .render_derived("judged_case")
    )
    diff = (
        func.jsonb_array_elements(case.c.value["diffs"])
        .table_valued(column("value", JSONB))
        .render_derived("diff")
    )
    margin = select(func.max(diff.c.value["margin"].astext.cast(Float))).scalar_subquery()
    statement = (
        select(
            Attempt.submission_id,
            Attempt.number,
            Attempt.counts,
            Attempt.verdict,
            Attempt.reason,
            Attempt.score,
            case.c.value["index"].as_integer(),
            case.c.value["group"].astext,
            case.c.value["verdict"].astext,
            case.c.value["reason"].astext,
            margin,
            case.c.value["wall_ms"].astext.cast(Float),
        )
        .join_from(Attempt, case, onclause=Attempt.id == Attempt.id)
        .where(
            Attempt.submission_id.in_(submission_ids), Attempt.status == AttemptStatus.DONE.value
        )
        .order_by(Attempt.submission_id, Attempt.number, case.c.place)
    )
    found: dict[uuid.UUID, list[JudgedCase]] = {}
    for row in await session.execute(statement):
        found.setdefault(row[0], []).append(JudgedCase(*row))
    return found


class AttemptFacts(NamedTuple):
    """An attempt without its report, or with it where that is asked for."""

    submission_id: uuid.UUID
    number: int
    status: str
    verdict: str | None
    reason: str | None
    score: float | None
    counts: bool
    rejudge_id: uuid.UUID | None
    package_sha256: str | None
    created_at: datetime
    finished_at: datetime | None
    report: dict[str, Any] | None


async def attempts(
    session: AsyncSession, submission_ids: Collection[uuid.UUID], *, reports: bool
) -> dict[uuid.UUID, list[AttemptFacts]]:
    """All attempts of these submissions, in order."""
    names = [name for name in AttemptFacts._fields if name != "report" or reports]
    statement = (
        select(*(getattr(Attempt, name) for name in names))
        .where(Attempt.submission_id.in_(submission_ids))
        .order_by(Attempt.submission_id, Attempt.number)
    )
    found: dict[uuid.UUID, list[AttemptFacts]] = {}
    for row in await session.execute(statement):
        values = {"report": None, **row._mapping}
        found.setdefault(row[0], []).append(AttemptFacts(**values))
    return found


async def people(session: AsyncSession, course_id: uuid.UUID) -> list[tuple[Person, Enrolment]]:
    """Everybody who is or was in a course, by name."""
    statement = (
        select(Person, Enrolment)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == course_id)
        .order_by(Person.name, Person.id)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def sections(session: AsyncSession, course_id: uuid.UUID) -> Sequence[Section]:
    """The sections of a course, by name."""
    statement = select(Section).where(Section.course_id == course_id).order_by(Section.name)
    return (await session.scalars(statement)).all()


async def grants(
    session: AsyncSession, course_id: uuid.UUID
) -> list[tuple[GrantRow, list[uuid.UUID]]]:
    """What is granted in a course, and to whom by name."""
    rows = await session.scalars(
        select(GrantRow)
        .where(GrantRow.course_id == course_id)
        .order_by(GrantRow.created_at, GrantRow.id)
    )
    members: dict[uuid.UUID, list[uuid.UUID]] = {}
    statement = (
        select(GrantMember.grant_id, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == GrantMember.enrolment_id)
        .where(Enrolment.course_id == course_id)
        .order_by(Enrolment.person_id)
    )
    for grant_id, person_id in await session.execute(statement):
        members.setdefault(grant_id, []).append(person_id)
    return [(row, members.get(row.id, [])) for row in rows]


async def grades(
    session: AsyncSession, problem_ids: Collection[uuid.UUID]
) -> list[tuple[Grade | None, Adjustment | None]]:
    """What was earned with these problems and what was set by hand, by problem and person."""
    earned = await session.scalars(select(Grade).where(Grade.problem_id.in_(problem_ids)))
    by_hand = await session.scalars(
        select(Adjustment).where(Adjustment.problem_id.in_(problem_ids))
    )
    first = {(row.problem_id, row.person_id): row for row in earned}
    second = {(row.problem_id, row.person_id): row for row in by_hand}
    return [(first.get(key), second.get(key)) for key in sorted({*first, *second})]


async def regrades(
    session: AsyncSession, problem_ids: Collection[uuid.UUID]
) -> Sequence[RegradeRequest]:
    """What students asked about their grades of these problems."""
    statement = (
        select(RegradeRequest)
        .where(RegradeRequest.problem_id.in_(problem_ids))
        .order_by(RegradeRequest.created_at, RegradeRequest.id)
    )
    return (await session.scalars(statement)).all()
