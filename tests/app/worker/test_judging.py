"""The worker on the real queue and the real judge: nothing is lost, nothing is written twice."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from app.catalog import packages
from app.catalog.packages import Shelf
from app.db.engine import Database
from app.models import Attempt, AttemptEvent, EventKind
from app.submissions.documents import storable
from app.submissions.watching import Watched
from app.worker import judging as judging_module
from app.worker import repository
from app.worker.judging import MAX_LEASES, Judging
from app.worker.sweeper import sweep
from judge.grade import judge_error_report
from judge.package import Package
from judge.report import CaseResult, Cost, CostCard, Report
from judge.verdict import Verdict, Visibility
from tests.app.conftest import only

Submit = Callable[..., Awaitable[httpx.Response]]


async def the_attempt(database: Database) -> Attempt:
    """The one attempt."""
    async with database.session() as session:
        return (await session.execute(select(Attempt))).scalar_one()


@pytest.mark.sandbox
class TestJudging:
    """What becomes of an attempt."""

    @pytest.mark.parametrize(
        ("path", "verdict", "pitfall"),
        [
            ("accepted/compact_dict_spread.py", "AC", None),
            ("wrong_answer/dense_0.py", "WA", "first-layer-zeroed"),
            ("compile_error/syntax_error.py", "CE", None),
        ],
    )
    async def test_verdict_arrives(
        self,
        path: str,
        verdict: str,
        pitfall: str | None,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        known: Callable[[str], str],
        database: Database,
        judging: Judging,
    ) -> None:
        place = (await submit(known(path))).headers["location"]
        await judging.judge_attempt((await the_attempt(database)).id)
        document = (await client.get(place, headers=ann.headers)).json()
        assert document["status"] == "done"
        assert document["report"]["verdict"] == verdict
        assert (document["report"]["diagnosis"] or {}).get("pitfall") == pitfall
        async with database.session() as session:
            statement = select(AttemptEvent.kind).order_by(AttemptEvent.seq)
            kinds = list((await session.execute(statement)).scalars())
        cases = len(document["report"]["cases"])
        assert kinds == ["status", *["case"] * cases, "report"]

    async def test_what_a_program_prints_can_be_stored(
        self, submit: Submit, database: Database, judging: Judging
    ) -> None:
        await submit('def solve(seed, x, num_layers, features):\n    print("a\\0b\\ud800")\n')
        await judging.judge_attempt((await the_attempt(database)).id)
        attempt = await the_attempt(database)
        assert attempt.verdict not in (None, "IE")

    async def test_done_is_not_judged_again(
        self, submit: Submit, database: Database, judging: Judging
    ) -> None:
        await submit("x = ")
        attempt = await the_attempt(database)
        await judging.judge_attempt(attempt.id)
        done = await the_attempt(database)
        await judging.judge_attempt(attempt.id)
        assert (await the_attempt(database)).lease == done.lease == 1


class TestTelling:
    """Cases are told one by one to who watches."""

    async def test_from_when_somebody_watches(
        self,
        submit: Submit,
        database: Database,
        package: Package,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        ended, may_end = threading.Event(), threading.Event()
        cases = [
            CaseResult(
                index=index, group="g", visibility=Visibility.FULL, inputs={}, verdict=Verdict.AC
            )
            for index in range(2)
        ]

        def grades(*_: object, on_case: Callable[[CaseResult], None], **__: object) -> Report:
            on_case(cases[0])
            ended.set()
            assert may_end.wait(60)
            on_case(cases[1])
            return judge_error_report(package, "This is a test.")

        async def told() -> list[int]:
            statement = (
                select(AttemptEvent.payload)
                .where(AttemptEvent.kind == EventKind.CASE.value)
                .order_by(AttemptEvent.seq)
            )
            async with database.session() as session:
                return [case["index"] for case in (await session.execute(statement)).scalars()]

        monkeypatch.setattr(judging_module, "grade", grades)
        submission_id = uuid.UUID((await submit()).json()["id"])
        watched = Watched()
        judge: Any = SimpleNamespace(runtime=SimpleNamespace(name="this one"))
        with ThreadPoolExecutor(1) as threads:
            judging = Judging(database, only(judge), threads, watched)
            under_way = asyncio.create_task(judging.judge_attempt((await the_attempt(database)).id))
            await asyncio.to_thread(ended.wait)
            assert await told() == []
            watched.add(submission_id)
            while not await told():
                pass
            assert await told() == [0]
            may_end.set()
            await under_way
        assert await told() == [0, 1]


class TestEarly:
    """The report is there as soon as its verdict is fixed."""

    @pytest.mark.parametrize("fails", [False, True])
    async def test_nobody_waits_for_what_is_only_reported(
        self,
        fails: bool,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        database: Database,
        package: Package,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fixed, may_end = threading.Event(), threading.Event()
        case = CaseResult(
            index=0, group="g", visibility=Visibility.FULL, inputs={}, verdict=Verdict.AC
        )
        right = judge_error_report(package, "").model_copy(
            update={"verdict": Verdict.AC, "score": 1.0, "diagnosis": None, "cases": (case,)}
        )
        cost = CostCard(case=0, submission=Cost(), reference=Cost(), note="Measured.")

        def grades(*_: object, on_verdict: Callable[[Report], None], **__: object) -> Report:
            on_verdict(right.model_copy(update={"complete": False}))
            fixed.set()
            assert may_end.wait(60)
            if fails:
                return judge_error_report(package, "The reference cannot be measured.")
            return right.model_copy(update={"cost": cost})

        monkeypatch.setattr(judging_module, "grade", grades)
        place = (await submit()).headers["location"]
        judge: Any = SimpleNamespace(runtime=SimpleNamespace(name="this one"))
        with ThreadPoolExecutor(1) as threads:
            judging = Judging(database, only(judge), threads)
            under_way = asyncio.create_task(judging.judge_attempt((await the_attempt(database)).id))
            await asyncio.to_thread(fixed.wait)
            answer = await client.get(f"{place}?wait=30", headers=ann.headers)
            assert not under_way.done()
            may_end.set()
            await under_way
        document = answer.json()
        assert (document["status"], document["report"]["verdict"]) == ("done", "AC")
        assert not document["report"]["complete"]
        report = (await client.get(place, headers=ann.headers)).json()["report"]
        assert (report["verdict"], report["complete"]) == ("AC", True)
        assert (report["cost"] is None) == fails
        async with database.session() as session:
            kinds = list((await session.execute(select(AttemptEvent.kind))).scalars())
        assert kinds.count("report") == 1

    async def test_where_the_worker_died_in_that_nothing_is_waited_for_any_more(
        self,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        database: Database,
        package: Package,
    ) -> None:
        place = (await submit()).headers["location"]
        attempt = await the_attempt(database)
        early = judge_error_report(package, "").model_copy(update={"complete": False})
        async with database.session() as session:
            claimed = await repository.claim(session, attempt.id)
            assert claimed is not None
            assert await repository.finish(session, claimed, storable(early))
        judge: Any = SimpleNamespace(runtime=SimpleNamespace(name="this one"))
        with ThreadPoolExecutor(1) as threads:
            # Its job is queued again, as that of any worker that was killed.
            await Judging(database, only(judge), threads).judge_attempt(attempt.id)
        report = (await client.get(place, headers=ann.headers)).json()["report"]
        assert (report["verdict"], report["complete"]) == ("IE", True)


class TestJudgeErrors:
    """The judge's failures are told and cost nothing."""

    @pytest.fixture
    def judging(self, database: Database) -> Any:
        """A worker whose judge is not there."""
        with ThreadPoolExecutor(1) as threads:
            yield Judging(database, only(None), threads)  # type: ignore[arg-type]

    async def test_an_exception_is_a_judge_error(
        self,
        submit: Submit,
        database: Database,
        judging: Judging,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_args: object, **_options: object) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(judging_module, "grade", fail)
        await submit()
        await judging.judge_attempt((await the_attempt(database)).id)
        attempt = await the_attempt(database)
        assert (attempt.status, attempt.verdict) == ("done", "IE")
        assert attempt.report is not None
        assert "no space left" in attempt.report["diagnosis"]["message"]

    async def test_a_package_that_is_gone_is_a_judge_error(
        self,
        submit: Submit,
        database: Database,
        judging: Judging,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await submit()
        monkeypatch.setattr(packages, "_shelf", Shelf([]))
        await judging.judge_attempt((await the_attempt(database)).id)
        assert (await the_attempt(database)).verdict == "IE"

    async def test_what_takes_workers_down_is_given_up(
        self, submit: Submit, database: Database, judging: Judging
    ) -> None:
        await submit()
        async with database.session() as session:
            await session.execute(update(Attempt).values(lease=MAX_LEASES))
        await judging.judge_attempt((await the_attempt(database)).id)
        assert (await the_attempt(database)).verdict == "IE"

    async def test_an_attempt_that_is_not_there(self, judging: Judging) -> None:
        await judging.judge_attempt(uuid.uuid4())


class TestLease:
    """Of two workers on an attempt, the one that came first writes nothing any more."""

    async def test_an_older_lease_writes_nothing(
        self, submit: Submit, database: Database, package: Package
    ) -> None:
        await submit()
        attempt = await the_attempt(database)
        async with database.session() as session:
            first = await repository.claim(session, attempt.id)
        async with database.session() as session:
            second = await repository.claim(session, attempt.id)
        assert first is not None
        assert second is not None
        case = CaseResult(
            index=0, group="g", visibility=Visibility.FULL, inputs={}, verdict=Verdict.AC
        )
        report = storable(judge_error_report(package, "This is a test."))
        async with database.session() as session:
            assert not await repository.add_events(
                session, first, [(EventKind.CASE, storable(case))]
            )
            assert not await repository.finish(session, first, report)
        async with database.session() as session:
            assert await repository.finish(session, second, report)
        async with database.session() as session:
            assert not await repository.finish(session, second, report)
            assert await repository.claim(session, attempt.id) is None


class TestSweep:
    """What dead workers leave is queued again."""

    async def test_a_dead_workers_job(self, submit: Submit, database: Database) -> None:
        await submit()
        async with database.session() as session:
            await session.execute(
                text(
                    "INSERT INTO procrastinate_workers (last_heartbeat) "
                    "VALUES (now() - interval '1 minute'), (now())"
                )
            )
            await session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = 'doing', "
                    "worker_id = (SELECT min(id) FROM procrastinate_workers)"
                )
            )
        await sweep(database, dead_after=90)
        assert await statuses(database) == ["doing"]
        await sweep(database, dead_after=30)
        assert await statuses(database) == ["todo"]

    @pytest.mark.parametrize("status", ["failed", "aborted", "succeeded"])
    async def test_an_attempt_without_a_job(
        self, status: str, submit: Submit, database: Database
    ) -> None:
        await submit()
        attempt = await the_attempt(database)
        async with database.session() as session:
            await repository.claim(session, attempt.id)
            for step in ("doing", status):
                await session.execute(text(f"UPDATE procrastinate_jobs SET status = '{step}'"))
        await sweep(database)
        assert await statuses(database) == [status, "todo"]
        assert (await the_attempt(database)).status == "queued"
        await sweep(database)
        assert await statuses(database) == [status, "todo"]

    async def test_one_at_a_time(self, submit: Submit, database: Database) -> None:
        await submit()
        async with database.session() as session:
            await session.execute(text("DELETE FROM procrastinate_jobs"))
        async with database.session() as session:
            assert await repository.try_sweep_lock(session)
            await sweep(database)
            assert await statuses(database) == []
        await sweep(database)
        assert await statuses(database) == ["todo"]


async def statuses(database: Database) -> list[str]:
    """The jobs in the queue."""
    async with database.session() as session:
        rows = await session.execute(
            text("SELECT status::text FROM procrastinate_jobs ORDER BY id")
        )
        return list(rows.scalars())
