"""A small course with one assignment and people in every role, for tests of grading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.db.base import now
from app.db.engine import Database
from app.models import (
    Assignment,
    AssignmentProblem,
    Course,
    CourseRole,
    Enrolment,
    Feedback,
    Role,
    Submission,
)
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    make_assignment,
    make_course,
    make_people,
    set_problem,
)


@dataclass(frozen=True)
class Classroom:
    """A course. ``people`` by what they are: a role of the course, ``other`` for a student beside,
    ``stranger`` for an instructor of the service who is not in the course, ``admin``."""

    database: Database
    course: Course
    assignment: Assignment
    problem: AssignmentProblem
    people: Mapping[str, Learner]
    enrolments: Mapping[str, Enrolment]

    @property
    def url(self) -> str:
        """Where the course is in the API."""
        return f"/api/v1/courses/{self.course.id}"

    def headers(self, who: str) -> dict[str, str]:
        """What a request of somebody's carries."""
        return self.people[who].headers

    async def submit(self, who: str = "student", score: float | None = 0.5) -> Submission:
        """A judged submission."""
        async with self.database.session() as session:
            return await add_submission(session, self.people[who].person.id, self.problem, score)

    async def change(self, **fields: Any) -> None:
        """Change the assignment."""
        async with self.database.session() as session:
            assignment = await session.get_one(Assignment, self.assignment.id)
            for name, value in fields.items():
                setattr(assignment, name, value)

    async def publish(self) -> None:
        """Publish its grades."""
        await self.change(published_at=now())


async def make_classroom(database: Database, package: Package) -> Classroom:
    """The course, its grades not published and feedback given only then."""
    roles = {
        "student": CourseRole.STUDENT,
        "other": CourseRole.STUDENT,
        "observer": CourseRole.OBSERVER,
        "grader": CourseRole.GRADER,
        "instructor": CourseRole.INSTRUCTOR,
        "owner": CourseRole.OWNER,
    }
    service_roles = {"stranger": Role.INSTRUCTOR, "admin": Role.ADMIN}
    names = [*roles, *service_roles]
    async with database.session() as session:
        course = await make_course(session)
        assignment = await make_assignment(
            session, course, feedback=Feedback.AFTER_PUBLISHING.value
        )
        problem = await set_problem(session, assignment, package)
        made = await make_people(
            session, {f"the {name}": service_roles.get(name, Role.LEARNER) for name in names}
        )
        people = {name: made[f"the {name}"] for name in names}
        enrolments = {
            name: Enrolment(course_id=course.id, person_id=people[name].person.id, role=role.value)
            for name, role in roles.items()
        }
        session.add_all(enrolments.values())
    return Classroom(database, course, assignment, problem, people, enrolments)
