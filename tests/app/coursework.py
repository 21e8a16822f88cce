"""Courses, assignments and submissions made straight in the database, for tests of what follows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.tokens import API_TOKEN_PREFIX, PREFIX_CHARACTERS, new_token, token_hash
from app.courses.rules import AssignmentRules
from app.models import (
    ApiToken,
    Assignment,
    AssignmentProblem,
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    GrantMember,
    GrantRow,
    PackageSnapshot,
    Person,
    Role,
    Submission,
)
from app.roles import Scope
from judge.package import Package
from tests.app.conftest import Learner

Row = TypeVar("Row")


async def make_person(session: AsyncSession) -> Person:
    """A learner of any name."""
    return await _stored(session, Person(id=uuid.uuid4(), name=f"person {uuid.uuid4()}"))


async def make_people(session: AsyncSession, roles: Mapping[str, Role]) -> dict[str, Learner]:
    """People of these names and roles, each with a token, by their names."""
    people = [Person(id=uuid.uuid4(), name=name, role=role.value) for name, role in roles.items()]
    session.add_all(people)
    await session.flush()
    made = {person.name: Learner(person, new_token(API_TOKEN_PREFIX)) for person in people}
    session.add_all(
        ApiToken(
            person_id=learner.person.id,
            name="test",
            token_hash=token_hash(learner.token),
            prefix=learner.token[:PREFIX_CHARACTERS],
            scopes=[scope.value for scope in Scope],
        )
        for learner in made.values()
    )
    await session.flush()
    return made


async def make_course(session: AsyncSession, **fields: Any) -> Course:
    """A course."""
    values = {"title": "Layers", "term": "Autumn", **fields}
    return await _stored(session, Course(id=uuid.uuid4(), **values))


async def enrol(
    session: AsyncSession, course: Course, person: Person, role: CourseRole = CourseRole.STUDENT
) -> Enrolment:
    """A person in a course."""
    return await _stored(
        session,
        Enrolment(id=uuid.uuid4(), course_id=course.id, person_id=person.id, role=role.value),
    )


async def make_assignment(
    session: AsyncSession, course: Course, rules: AssignmentRules | None = None, **fields: Any
) -> Assignment:
    """A listed assignment with these rules."""
    rules = rules or AssignmentRules()
    values = {
        "title": "First steps",
        "position": 0,
        "listed": True,
        "opens_at": rules.window.opens_at,
        "due_at": rules.window.due_at,
        "late_until": rules.window.late_until,
        "policy": rules.model_dump(mode="json", exclude={"window"}),
        **fields,
    }
    return await _stored(session, Assignment(id=uuid.uuid4(), course_id=course.id, **values))


async def set_problem(
    session: AsyncSession, assignment: Assignment, package: Package, **fields: Any
) -> AssignmentProblem:
    """A problem of an assignment, pinned to the package."""
    if await session.get(PackageSnapshot, package.sha256) is None:
        version = package.spec.version
        await _stored(
            session,
            PackageSnapshot(
                sha256=package.sha256, slug=package.slug, version=version, archive=b"none"
            ),
        )
    values = {"position": 0, "points": 10.0, "plan_seed": 17, "hidden_groups": [], **fields}
    return await _stored(
        session,
        AssignmentProblem(
            id=uuid.uuid4(),
            assignment_id=assignment.id,
            problem_slug=values.pop("problem_slug", package.slug),
            package_sha256=package.sha256,
            **values,
        ),
    )


async def grant(
    session: AsyncSession, course: Course, members: Sequence[Enrolment], **fields: Any
) -> GrantRow:
    """Something granted to these members."""
    row = await _stored(session, GrantRow(id=uuid.uuid4(), course_id=course.id, **fields))
    for member in members:
        await _stored(session, GrantMember(grant_id=row.id, enrolment_id=member.id))
    return row


async def add_submission(
    session: AsyncSession,
    person_id: uuid.UUID,
    problem: AssignmentProblem,
    score: float | None,
    at: datetime | None = None,
    verdict: str | None = None,
) -> Submission:
    """A submission to an assignment; without a score it is being judged still."""
    submission = await _stored(
        session,
        Submission(
            id=uuid.uuid4(),
            person_id=person_id,
            problem_slug=problem.problem_slug,
            assignment_problem_id=problem.id,
            source=b"x = 1\n",
            created_at=at or datetime.now(UTC),
        ),
    )
    await add_attempt(session, submission, score, verdict=verdict)
    return submission


async def add_attempt(
    session: AsyncSession,
    submission: Submission,
    score: float | None,
    *,
    number: int = 1,
    verdict: str | None = None,
    **fields: Any,
) -> Attempt:
    """A judging of a submission, done where there is a score."""
    if score is not None:
        fields |= {"status": "done", "score": score, "finished_at": datetime.now(UTC)}
        fields["verdict"] = verdict or ("AC" if score == 1 else "WA")
    return await _stored(
        session,
        Attempt(id=uuid.uuid4(), submission_id=submission.id, number=number, **fields),
    )


async def person(session: AsyncSession, name: str) -> Person:
    """The person of that name."""
    return (await session.execute(select(Person).where(Person.name == name))).scalar_one()


async def _stored(session: AsyncSession, row: Row) -> Row:
    session.add(row)
    await session.flush()
    return row
