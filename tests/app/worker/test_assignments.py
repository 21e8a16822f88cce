"""Judging what was sent to assignments: by what they pin, and with the grades that follow."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.catalog import packages
from app.catalog.packages import Shelf
from app.db.engine import Database
from app.models import (
    AssignmentProblem,
    Attempt,
    Course,
    Grade,
    PackageSnapshot,
    Person,
    Submission,
)
from app.worker import judging as judging_module
from app.worker.judging import Judging
from judge.package import Package
from judge.report import Report
from judge.verdict import Verdict
from tests.app.conftest import Learner, only
from tests.app.coursework import add_submission, enrol, make_assignment, make_course, set_problem
from tests.reports import made_report


@dataclass
class Asked:
    """What the judge was asked for, and what happens meanwhile."""

    package: Package | None = None
    plan_seed: int | None = None
    meanwhile: Callable[[], None] = field(default=lambda: None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A judge that accepts half of everything, and notes what it was asked for."""
    noted = Asked()

    def grade(package: Package, _source: str, *, plan_seed: int | None, **_: Any) -> Report:
        noted.package, noted.plan_seed = package, plan_seed
        noted.meanwhile()
        report = made_report(verdict=Verdict.WA, score=0.5, plan_seed=plan_seed or 99)
        return report.model_copy(update={"package_sha256": package.sha256})

    monkeypatch.setattr(judging_module, "grade", grade)
    return noted


@pytest.fixture
def half(database: Database) -> Iterator[Judging]:
    """A worker with that judge."""
    wanted: list[tuple[str, int | None]] = []
    judge: Any = SimpleNamespace(
        runtime=SimpleNamespace(name="this one"),
        spares=SimpleNamespace(
            want=lambda package, _, seed: wanted.append((package.slug, seed)), wanted=wanted
        ),
    )
    with ThreadPoolExecutor(1) as threads:
        yield Judging(database, only(judge), threads)


async def sent(
    session: AsyncSession,
    package: Package,
    person: Person,
    runtime: str | None = None,
    **fields: Any,
) -> AssignmentProblem:
    """A submission of a student's to an assignment, not judged yet."""
    course = await make_course(session, runtime=runtime)
    await enrol(session, course, person)
    problem = await set_problem(
        session, await make_assignment(session, course, **fields), package, plan_seed=4711
    )
    await add_submission(session, person.id, problem, None)
    await session.execute(update(Attempt).values(package_sha256=package.sha256))
    return problem


async def judge_it(database: Database, judging: Judging) -> Attempt:
    """Judge the one attempt."""
    async with database.session() as session:
        attempt_id = (await session.execute(select(Attempt.id))).scalar_one()
    await judging.judge_attempt(attempt_id)
    async with database.session() as session:
        return (await session.execute(select(Attempt))).scalar_one()


class TestPlan:
    @pytest.mark.parametrize(("policy", "seed"), [("shared", 4711), ("fresh", None)])
    async def test_is_the_assignments_or_a_fresh_one(
        self,
        policy: str,
        seed: int | None,
        database: Database,
        package: Package,
        ann: Learner,
        asked: Asked,
        half: Judging,
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person, plan_policy=policy)
        attempt = await judge_it(database, half)
        assert asked.plan_seed == seed
        assert attempt.plan_seed == (seed or 99)
        # Spares are prepared on what the next will meet.
        assert half._judges.of(None).spares.wanted == ([("zero-last-layer", seed)] if seed else [])

    async def test_an_attempt_may_name_its_own(
        self, database: Database, package: Package, ann: Learner, asked: Asked, half: Judging
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person)
            await session.execute(update(Attempt).values(plan_seed=5))
        await judge_it(database, half)
        assert asked.plan_seed == 5


class TestPackage:
    async def test_is_the_pinned_one_though_the_shelf_has_another(
        self,
        database: Database,
        package: Package,
        ann: Learner,
        asked: Asked,
        half: Judging,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person)
        newer = replace(package, sha256="f" * 64)
        monkeypatch.setattr(packages, "_shelf", Shelf([newer]))
        await judge_it(database, half)
        assert asked.package is not None
        assert asked.package.sha256 == package.sha256

    async def test_one_that_cannot_be_had_is_a_judge_error_and_earns_nothing(
        self,
        database: Database,
        package: Package,
        ann: Learner,
        asked: Asked,
        half: Judging,
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person)
            damaged = {"sha256": "0" * 64, "archive": b"damaged"}
            session.add(PackageSnapshot(slug=package.slug, version="1.0.0", **damaged))
            await session.flush()
            await session.execute(update(Attempt).values(package_sha256="0" * 64))
        attempt = await judge_it(database, half)
        assert (attempt.verdict, asked.package) == ("IE", None)
        async with database.session() as session:
            grade = (await session.execute(select(Grade))).scalar_one()
            assert (grade.submissions, grade.judging, grade.submission_id) == (0, 0, None)


class TestRuntime:
    @pytest.mark.parametrize(("runtime", "verdict"), [("this one", "WA"), ("another", "IE")])
    async def test_must_be_here(
        self,
        runtime: str,
        verdict: str,
        database: Database,
        package: Package,
        ann: Learner,
        asked: Asked,
        half: Judging,
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person, runtime=runtime)
        attempt = await judge_it(database, half)
        assert attempt.verdict == verdict
        if verdict == "IE":
            assert attempt.report is not None
            assert "the runtime another" in attempt.report["diagnosis"]["message"]


class TestGrades:
    async def test_follow_in_the_same_transaction(
        self, database: Database, package: Package, ann: Learner, asked: Asked, half: Judging
    ) -> None:
        async with database.session() as session:
            problem = await sent(session, package, ann.person)
        await judge_it(database, half)
        async with database.session() as session:
            grade = (await session.execute(select(Grade))).scalar_one()
        assert (grade.problem_id, grade.person_id) == (problem.id, ann.person.id)
        assert (grade.points, grade.score, grade.judging) == (5.0, 0.5, 0)

    async def test_do_not_follow_from_what_does_not_count(
        self, database: Database, package: Package, ann: Learner, asked: Asked, half: Judging
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person)
            await session.execute(update(Attempt).values(counts=False))
        attempt = await judge_it(database, half)
        assert attempt.score == 0.5
        async with database.session() as session:
            assert (await session.execute(select(Grade))).scalars().all() == []

    @pytest.mark.parametrize("what", [Course, AssignmentProblem, Person])
    async def test_what_is_deleted_meanwhile(
        self,
        what: type[Course | AssignmentProblem | Person],
        database: Database,
        package: Package,
        ann: Learner,
        asked: Asked,
        half: Judging,
    ) -> None:
        async with database.session() as session:
            await sent(session, package, ann.person)
        loop = asyncio.get_running_loop()

        async def remove() -> None:
            async with database.session() as session:
                row = select(what.id)
                if what is Person:
                    row = row.where(Person.id == ann.person.id)
                await session.execute(delete(what).where(what.id.in_(row)))

        asked.meanwhile = lambda: asyncio.run_coroutine_threadsafe(remove(), loop).result(10)
        async with database.session() as session:
            attempt_id = (await session.execute(select(Attempt.id))).scalar_one()
        await half.judge_attempt(attempt_id)
        async with database.session() as session:
            assert (await session.execute(select(Grade))).scalars().all() == []
            left = (await session.execute(select(Attempt.verdict))).scalars().all()
            assert left == ([] if what is Person else ["WA"])

    async def test_many_that_end_at_once_lose_nothing(
        self, database: Database, package: Package, ann: Learner, asked: Asked, half: Judging
    ) -> None:
        async with database.session() as session:
            problem = await sent(session, package, ann.person)
            for _ in range(5):
                await add_submission(session, ann.person.id, problem, None)
            ids: list[uuid.UUID] = list((await session.execute(select(Attempt.id))).scalars())
        async with asyncio.timeout(20):
            await asyncio.gather(*(half.judge_attempt(each) for each in ids))
        async with database.session() as session:
            grade = (await session.execute(select(Grade))).scalar_one()
            assert (grade.submissions, grade.judging, grade.points) == (6, 0, 5.0)


@pytest.mark.sandbox
async def test_a_right_program_earns_the_points_on_the_shared_plan(
    database: Database,
    package: Package,
    ann: Learner,
    judging: Judging,
    known: Callable[[str], str],
) -> None:
    async with database.session() as session:
        await sent(session, package, ann.person, plan_policy="shared")
        source = known("accepted/compact_dict_spread.py").encode()
        await session.execute(update(Submission).values(source=source))
    attempt = await judge_it(database, judging)
    assert (attempt.verdict, attempt.plan_seed, attempt.package_sha256) == (
        "AC",
        4711,
        package.sha256,
    )
    async with database.session() as session:
        assert (await session.execute(select(Grade.points))).scalar_one() == 10.0
