"""A course with a problem, two versions of it, and two students; and what a worker does, told."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.courses.grading import recompute
from app.courses.rules import AssignmentRules
from app.db.engine import Database
from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    Grade,
    PackageSnapshot,
    Submission,
)
from judge.package import Package
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    enrol,
    make_assignment,
    make_course,
    set_problem,
)

NEWER = "b" * 64
"""The hash of a newer version of the problem."""


@dataclass
class Classroom:
    """The course and who is in it, and short words for what happens there."""

    database: Database
    client: httpx.AsyncClient
    package: Package
    course: Course
    assignment: Assignment
    problem: AssignmentProblem
    enrolments: dict[str, Enrolment]
    teacher: Learner
    ann: Learner
    ben: Learner

    @property
    def place(self) -> str:
        """The address of the course's rejudges."""
        return f"/api/v1/courses/{self.course.id}/rejudges"

    async def submitted(
        self,
        who: Learner,
        score: float | None,
        problem: AssignmentProblem | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> uuid.UUID:
        """A submission that was judged so; the grades follow."""
        async with self.database.session() as session:
            submission = await add_submission(
                session, who.person.id, problem or self.problem, score, at
            )
            attempt = (
                await session.execute(select(Attempt).where(Attempt.submission_id == submission.id))
            ).scalar_one()
            for name, value in {"package_sha256": self.package.sha256, **fields}.items():
                setattr(attempt, name, value)
            await session.flush()
            await recompute(session, self.course.id, [who.person.id])
            return submission.id

    async def post(self, path: str = "", who: Learner | None = None, **body: Any) -> httpx.Response:
        """Ask for something in the teacher's name."""
        headers = (who or self.teacher).headers
        return await self.client.post(f"{self.place}{path}", json=body, headers=headers)

    async def get(self, path: str = "", who: Learner | None = None, **query: Any) -> Any:
        """Read something in the teacher's name."""
        headers = (who or self.teacher).headers
        answer = await self.client.get(f"{self.place}{path}", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rejudged(
        self, verdicts: dict[uuid.UUID, float | str] | None = None, **body: Any
    ) -> str:
        """A rejudge of what is chosen, judged as said where it is; its id."""
        answer = await self.post(**{"reason": "The tolerance was too low.", **body})
        assert answer.status_code == 201, answer.text
        rejudge_id: str = answer.json()["id"]
        await self.judge(rejudge_id, verdicts or {})
        return rejudge_id

    async def judge(self, rejudge_id: str, verdicts: dict[uuid.UUID, float | str]) -> None:
        """Let attempts of a rejudge end so: a score, or ``IE``."""
        async with self.database.session() as session:
            statement = select(Attempt).where(
                Attempt.rejudge_id == uuid.UUID(rejudge_id), Attempt.status != "done"
            )
            for attempt in (await session.execute(statement)).scalars():
                if attempt.submission_id in verdicts:
                    _end(attempt, verdicts[attempt.submission_id])

    async def apply(
        self, rejudge_id: str, *, nobody_loses: bool = False, fingerprint: str | None = None
    ) -> httpx.Response:
        """Let it count, as it is shown now or as it was."""
        if fingerprint is None:
            shown = await self.get(f"/{rejudge_id}/outcome", nobody_loses=nobody_loses)
            fingerprint = shown["fingerprint"]
        return await self.post(
            f"/{rejudge_id}/apply", fingerprint=fingerprint, nobody_loses=nobody_loses
        )

    async def points(self) -> dict[str, float]:
        """What each student has earned of the problem."""
        names = {self.ann.person.id: "ann", self.ben.person.id: "ben"}
        async with self.database.session() as session:
            statement = select(Grade).where(Grade.problem_id == self.problem.id)
            rows = (await session.execute(statement)).scalars()
            return {names[row.person_id]: row.points for row in rows if row.person_id in names}


def _end(attempt: Attempt, verdict: float | str) -> None:
    attempt.status = "done"
    attempt.started_at = attempt.finished_at = datetime.now(UTC)
    if isinstance(verdict, str):
        attempt.verdict, attempt.score = verdict, 0.0
        attempt.report = {"diagnosis": {"message": "The judge failed: out of memory."}}
    else:
        attempt.verdict, attempt.score = "AC" if verdict == 1 else "WA", verdict


MakeClassroom = Callable[..., Awaitable[Classroom]]


@pytest.fixture
def make_classroom(
    database: Database,
    client: httpx.AsyncClient,
    package: Package,
    teacher: Learner,
    ann: Learner,
    ben: Learner,
) -> MakeClassroom:
    """Makes a course whose assignment has these rules."""

    async def make(rules: AssignmentRules | None = None, **fields: Any) -> Classroom:
        course_fields = {
            key: fields.pop(key) for key in ("late_days", "time_zone") if key in fields
        }
        async with database.session() as session:
            course = await make_course(session, **course_fields)
            enrolments = {
                who.person.name: await enrol(session, course, who.person, role)
                for who, role in (
                    (teacher, CourseRole.INSTRUCTOR),
                    (ann, CourseRole.STUDENT),
                    (ben, CourseRole.STUDENT),
                )
            }
            assignment = await make_assignment(session, course, rules, **fields)
            problem = await set_problem(session, assignment, package)
            if await session.get(PackageSnapshot, NEWER) is None:
                newer = PackageSnapshot(
                    sha256=NEWER, slug=package.slug, version="9.0.0", archive=b"none"
                )
                session.add(newer)
        return Classroom(
            database,
            client,
            package,
            course,
            assignment,
            problem,
            enrolments,
            teacher,
            ann,
            ben,
        )

    return make


@pytest.fixture
async def room(make_classroom: MakeClassroom) -> Classroom:
    """A course whose assignment takes anything at any time; the best counts."""
    return await make_classroom()


async def attempts_of(database: Database, submission_id: uuid.UUID) -> list[Attempt]:
    """The attempts of a submission, in order."""
    async with database.session() as session:
        statement = (
            select(Attempt).where(Attempt.submission_id == submission_id).order_by(Attempt.number)
        )
        return list((await session.execute(statement)).scalars())


async def submission_of(database: Database, submission_id: uuid.UUID) -> Submission:
    """A submission."""
    async with database.session() as session:
        return await session.get_one(Submission, submission_id)
