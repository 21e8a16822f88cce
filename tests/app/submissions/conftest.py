"""A course whose student submits to an assignment of it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.courses.rules import AssignmentRules
from app.db.engine import Database
from app.models import Assignment, AssignmentProblem, Course, CourseRole, Person
from judge.package import Package
from tests.app.conftest import PROBLEM, Learner
from tests.app.coursework import enrol, make_assignment, make_course, set_problem


@dataclass(frozen=True)
class Set:
    """A problem of an assignment."""

    course: Course
    assignment: Assignment
    problem: AssignmentProblem


SetUp = Callable[..., Awaitable[Set]]
Send = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def set_up(database: Database, package: Package, ann: Learner, teacher: Learner) -> SetUp:
    """Sets a problem to Ann in the teacher's course, with these rules and other fields of the
    assignment."""

    async def make(
        rules: AssignmentRules | None = None,
        role: CourseRole = CourseRole.STUDENT,
        hidden_groups: tuple[str, ...] = (),
        **fields: Any,
    ) -> Set:
        async with database.session() as session:
            course = await make_course(session)
            for person, part in ((ann.person, role), (teacher.person, CourseRole.GRADER)):
                await enrol(session, course, person, part)
            assignment = await make_assignment(session, course, rules, **fields)
            problem = await set_problem(
                session, assignment, package, hidden_groups=list(hidden_groups)
            )
        return Set(course, assignment, problem)

    return make


@pytest.fixture
def send(client: httpx.AsyncClient, ann: Learner) -> Send:
    """Posts a submission of Ann's, or of another's, to a problem of an assignment."""

    async def post(
        problem_id: uuid.UUID | str, source: str = "x = 1\n", by: Learner = ann, **options: Any
    ) -> httpx.Response:
        body = {"problem": PROBLEM, "source": source, "assignment_problem": str(problem_id)}
        headers = {**by.headers, **options.pop("headers", {})}
        return await client.post(
            "/api/v1/submissions", json=body | options.pop("body", {}), headers=headers, **options
        )

    return post


@pytest.fixture
def enrolled(database: Database) -> Callable[..., Awaitable[None]]:
    """Puts one more person into a course."""

    async def put(course: Course, person: Person, role: CourseRole) -> None:
        async with database.session() as session:
            await enrol(session, course, person, role)

    return put
