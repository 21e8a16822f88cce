"""Endpoints of the catalogue: what is shown to whom, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.assignments.snapshots import store_packages
from app.catalog import packages
from app.catalog.packages import Shelf, shelf
from app.catalog.service import seed_problems
from app.db.engine import Database
from app.models import Attempt, Problem
from app.submissions.documents import storable
from app.worker import repository
from judge.grade import judge_error_report
from judge.package import Package
from judge.verdict import Verdict
from tests.app.conftest import Learner

PATH = "/api/v1/problems"
PROBLEM = f"{PATH}/zero-last-layer"

Submit = Callable[..., Awaitable[httpx.Response]]
CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


async def judge_all(database: Database, package: Package, verdict: Verdict) -> None:
    """Give every attempt that is not done this verdict."""
    report = judge_error_report(package, "This is a test.")
    document = storable(report) | {"verdict": verdict.value}
    async with database.session() as session:
        for attempt_id in (await session.execute(select(Attempt.id))).scalars().all():
            claimed = await repository.claim(session, attempt_id)
            if claimed is not None:
                await repository.finish(session, claimed, document)


def the_problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem that the tests submit to, among those listed."""
    (item,) = (i for i in answer.json()["items"] if i["slug"] == "zero-last-layer")
    return item


class TestList:
    """GET /problems."""

    async def test_is_for_anybody(self, client: httpx.AsyncClient) -> None:
        item = the_problem(await client.get(PATH))
        assert (item["slug"], item["difficulty"], item["state"]) == (
            "zero-last-layer",
            "medium",
            "unsolved",
        )

    @pytest.mark.parametrize(
        ("verdict", "state"), [("WA", "attempted"), ("AC", "solved"), ("IE", "unsolved")]
    )
    async def test_says_how_far_one_is(
        self,
        verdict: str,
        state: str,
        client: httpx.AsyncClient,
        ann: Any,
        ben: Any,
        submit: Submit,
        database: Database,
        package: Package,
    ) -> None:
        await submit()
        await judge_all(database, package, Verdict(verdict))
        for headers, expected in ((ann.headers, state), (ben.headers, "unsolved")):
            item = the_problem(await client.get(PATH, headers=headers))
            assert item["state"] == expected


class TestView:
    """GET /problems/{slug}."""

    async def test_shows_a_stranger_neither_hints_nor_solution(
        self, client: httpx.AsyncClient, package: Package
    ) -> None:
        answer = await client.get(PROBLEM)
        document = answer.json()
        assert document["hints_revealed"] == []
        assert document["hints_total"] == len(package.hints)
        assert document["solution"] is None
        assert "sign in" in document["unlock"]
        for secret in (package.solution, package.reference, *package.hints):
            assert secret.strip() not in document["statement"]
            assert secret.strip()[:60] not in answer.text

    async def test_describes_the_task(self, client: httpx.AsyncClient, package: Package) -> None:
        document = (await client.get(PROBLEM)).json()
        assert document["signature"] == "solve(seed, x, num_layers, features)"
        assert [row["name"] for row in document["inputs"]] == [
            "seed", "x", "num_layers", "features",
        ]  # fmt: skip
        assert document["inputs"][1]["shape"] == ["N_batch", "in_dim"]
        assert document["output"]["dtype"] == "float32"
        assert document["starter"] == package.starter
        assert sum(group["points"] for group in document["groups"]) == 100

    @pytest.mark.parametrize("slug", ["nope", "a%00b", "..%2f..%2fetc", "%F0%9F%92%A9", "a" * 500])
    async def test_unknown(
        self, slug: str, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        answer = await client.get(f"{PATH}/{slug}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


class TestHints:
    """POST /problems/{slug}/hints."""

    async def test_come_one_by_one_and_are_ones_own(
        self,
        client: httpx.AsyncClient,
        ann: Any,
        ben: Any,
        package: Package,
        check_problem: CheckProblem,
    ) -> None:
        for number, text in enumerate(package.hints, start=1):
            answer = await client.post(f"{PROBLEM}/hints", headers=ann.headers)
            assert answer.json() == {"number": number, "total": len(package.hints), "text": text}
        check_problem(
            await client.post(f"{PROBLEM}/hints", headers=ann.headers), 409, "nothing-left"
        )
        mine = (await client.get(PROBLEM, headers=ann.headers)).json()["hints_revealed"]
        assert mine == list(package.hints)
        assert (await client.get(PROBLEM, headers=ben.headers)).json()["hints_revealed"] == []

    async def test_two_at_once_are_two_hints(self, client: httpx.AsyncClient, ann: Any) -> None:
        answers = await asyncio.gather(
            *(client.post(f"{PROBLEM}/hints", headers=ann.headers) for _ in range(2))
        )
        assert sorted(answer.json()["number"] for answer in answers) == [1, 2]

    async def test_are_not_for_strangers(
        self, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        check_problem(await client.post(f"{PROBLEM}/hints"), 401, "not-signed-in")
        answer = await client.post(f"{PATH}/nope/hints", headers=ann.headers)
        check_problem(answer, 404, "unknown-problem")


class TestSolution:
    """GET /problems/{slug}/solution."""

    async def test_is_locked_until_attempted(
        self,
        client: httpx.AsyncClient,
        ann: Any,
        submit: Submit,
        database: Database,
        package: Package,
        check_problem: CheckProblem,
    ) -> None:
        path = f"{PROBLEM}/solution"
        assert "sign in" in check_problem(await client.get(path), 403, "solution-locked")["detail"]
        check_problem(await client.get(path, headers=ann.headers), 403, "solution-locked")
        await submit()
        check_problem(await client.get(path, headers=ann.headers), 403, "solution-locked")
        await judge_all(database, package, Verdict.WA)
        assert (await client.get(path, headers=ann.headers)).json()["text"] == package.solution
        page = (await client.get(PROBLEM, headers=ann.headers)).json()
        assert (page["solution"], page["unlock"]) == (package.solution, None)
        check_problem(await client.get(path), 403, "solution-locked")

    async def test_is_open_to_instructors(
        self, client: httpx.AsyncClient, teacher: Any, package: Package
    ) -> None:
        answer = await client.get(f"{PROBLEM}/solution", headers=teacher.headers)
        assert answer.json()["text"] == package.solution


class TestSeeding:
    """The table of problems against the packages."""

    async def test_a_package_that_is_gone_is_not_listed(
        self, client: httpx.AsyncClient, submit: Submit, database: Database
    ) -> None:
        await submit()
        async with database.session() as session:
            await seed_problems(session, Shelf([]))
        assert (await client.get(PATH)).json()["items"] == []
        async with database.session() as session:
            await seed_problems(session, shelf())
        assert len((await client.get(PATH)).json()["items"]) == len(shelf().values())

    async def test_what_was_submitted_to_one_that_is_gone_stays_readable(
        self,
        client: httpx.AsyncClient,
        ann: Learner,
        submit: Submit,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        path = (await submit()).headers["Location"].removeprefix("/api/v1")
        async with database.session() as session:
            await store_packages(session, shelf())
            monkeypatch.setattr(packages, "_shelf", Shelf([]))
            await seed_problems(session, shelf())
        page = await client.get(path, headers=ann.headers)
        assert page.status_code == 200, page.text

    async def test_a_folder_can_be_renamed(
        self, submit: Submit, database: Database, package: Package
    ) -> None:
        await submit()
        async with database.session() as session:
            await seed_problems(session, Shelf([replace(package, slug="renamed")]))
        async with database.session() as session:
            slugs = (await session.execute(select(Problem.slug))).scalars().all()
        assert "renamed" in slugs
        assert package.slug not in slugs

    async def test_of_two_that_share_a_uuid_the_first_is_listed(
        self, database: Database, package: Package
    ) -> None:
        first, second = (replace(package, slug=slug) for slug in ("first", "second"))
        async with database.session() as session:
            await seed_problems(session, Shelf([first, second]))
        async with database.session() as session:
            listed = await session.execute(select(Problem.slug).where(Problem.listed))
        assert listed.scalars().all() == ["first"]
