"""Judges one attempt: claim → grade in a thread → each case as it ends → the report."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from app.assignments.snapshots import package_of
from app.catalog.packages import shelf
from app.courses.grading import hold, recompute
from app.db.engine import Database
from app.submissions.documents import storable
from app.submissions.watching import Watched
from app.worker import repository
from app.worker.judges import Judges, UnknownRuntime
from app.worker.repository import Claim
from app.worker.telling import Telling
from judge.grade import grade, judge_error_report
from judge.judge import Judge
from judge.package import Package
from judge.package_error import PackageError
from judge.report import CaseResult, Diagnosis, Report
from judge.verdict import Verdict

# A submission whose judging took the worker down this often is not tried again.
MAX_LEASES = 5

log = structlog.get_logger(__name__)

OnCase = Callable[[CaseResult], None]
OnVerdict = Callable[[Report], None]


class Judging:
    """What a worker judges with."""

    def __init__(
        self,
        database: Database,
        judges: Judges,
        threads: ThreadPoolExecutor,
        watched: Watched | None = None,
    ) -> None:
        self._database = database
        self._judges = judges
        self._threads = threads
        self._watched = watched or Watched()

    async def judge_attempt(self, attempt_id: uuid.UUID) -> None:
        """Judge an attempt unless that is done. Its report is stored whatever happens, as long
        as the database is there and nobody else has taken the attempt on."""
        async with self._database.session() as session:
            claimed = await repository.claim(session, attempt_id)
            if claimed is None:
                # Its worker died after the verdict: what it had not told yet nobody will.
                await repository.give_up_the_rest(session, attempt_id)
                return
        with bound_contextvars(
            submission=str(claimed.submission_id),
            attempt=claimed.number,
            lease=claimed.lease,
            problem=claimed.problem,
        ):
            log.info("judging")
            telling = Telling(self._database, claimed, self._watched)
            early = _Early(lambda report: self._finish(claimed, report, telling))
            report = await self._report(claimed, telling, early)
            stored = await early.stored()
            if stored is not None:
                await self._complete(claimed, stored, report)
            if stored is not None or await self._finish(claimed, report, telling):
                log.info("judged", verdict=report.verdict.value, **report.timing)
            else:
                log.warning("another worker has the attempt; dropped this result")

    async def _finish(self, claimed: Claim, report: Report, telling: Telling) -> bool:
        """Store the report, and in the same transaction the grades that follow from it."""
        course_id = claimed.course_id
        async with self._database.session() as session:
            if course_id is not None:
                await hold(session, course_id, [claimed.person_id])
            stored = await repository.finish(session, claimed, storable(report), telling.untold)
            if stored and course_id is not None and claimed.counts:
                await recompute(session, course_id, [claimed.person_id])
        return stored

    async def _complete(self, claimed: Claim, stored: Report, report: Report) -> None:
        """Store what is only reported too; a judge that failed there has changed no verdict."""
        if report.verdict is not stored.verdict:
            report = stored.model_copy(update={"complete": True})
        async with self._database.session() as session:
            await repository.complete(session, claimed, storable(report))

    async def _report(self, claimed: Claim, telling: Telling, early: _Early) -> Report:
        try:
            package = await self._package(claimed)
        except PackageError as error:
            log.error("no package to judge by", error=str(error))
            return _failed(claimed.problem, "The problem's package is not on this server any more.")
        if claimed.lease > MAX_LEASES:
            return judge_error_report(
                package, f"Judging was interrupted {MAX_LEASES} times and was given up."
            )
        try:
            return await self._grade(claimed, package, telling, early)
        except UnknownRuntime as error:
            log.error("no runtime to judge by", runtime=claimed.runtime)
            return judge_error_report(package, str(error))
        except Exception as error:
            # Whatever it is, it is not the learner's fault, and the attempt must not be lost.
            log.exception("the judge failed")
            return judge_error_report(package, f"{type(error).__name__}: {error}")

    async def _package(self, claimed: Claim) -> Package:
        """What judges an attempt. Raises PackageError where it cannot be had."""
        if claimed.package_sha256 is None:
            package = shelf().get(claimed.problem)
            if package is None:
                raise PackageError(f"{claimed.problem} is not on the shelf")
            return package
        async with self._database.session() as session:
            return await package_of(session, claimed.package_sha256)

    async def _grade(
        self, claimed: Claim, package: Package, telling: Telling, early: _Early
    ) -> Report:
        def timed(report: Report) -> Report:
            timing = {"queue": claimed.waited_ms, **report.timing, "storing": telling.taken_ms}
            return report.model_copy(update={"timing": timing})

        def on_case(case: CaseResult) -> None:
            # In a thread of its own, which what is bound here does not reach.
            log.debug("case ended", submission=str(claimed.submission_id), case=case.index)
            telling.tell(case)

        source = claimed.source.decode("utf-8", "surrogatepass")
        loop = asyncio.get_running_loop()
        judge = await asyncio.to_thread(self._judges.of, claimed.runtime)
        async with telling:
            report = await loop.run_in_executor(
                self._threads,
                _call_grade,
                package,
                source,
                judge,
                claimed.plan_seed,
                on_case,
                lambda report: early.take(timed(report)),
            )
        if claimed.counts and claimed.plan_seed is not None:
            # The next in this assignment meets the same plan.
            judge.spares.want(package, "cpu", claimed.plan_seed)
        return timed(report)


class _Early:
    """The report of an attempt whose verdict is fixed while what is only reported is still
    measured: nobody waits for that. ``store`` says whether it is stored."""

    def __init__(self, store: Callable[[Report], Coroutine[Any, Any, bool]]) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._storing: Future[Report | None] | None = None

    def take(self, report: Report) -> None:
        """Takes the report, from any thread."""
        self._storing = asyncio.run_coroutine_threadsafe(self._stored(report), self._loop)

    async def stored(self) -> Report | None:
        """What was stored early; None where there was nothing, or that could not be done."""
        return None if self._storing is None else await asyncio.wrap_future(self._storing)

    async def _stored(self, report: Report) -> Report | None:
        try:
            return report if await self._store(report) else None
        except Exception:
            # The whole report is stored later.
            log.exception("could not store the report early")
            return None


def _call_grade(
    package: Package,
    source: str,
    judge: Judge,
    plan_seed: int | None,
    on_case: OnCase,
    on_verdict: OnVerdict,
) -> Report:
    return grade(
        package,
        source,
        judge=judge,
        plan_seed=plan_seed,
        on_case=on_case,
        on_verdict=on_verdict,
    )


def _failed(slug: str, why: str) -> Report:
    """The report of an attempt for which there was nothing to judge it by."""
    message = f"The judge failed, not your program; this costs you nothing. {why}"
    return Report(
        problem=slug,
        problem_version="unknown",
        package_sha256="unknown",
        plan_seed=0,
        pool_epoch=0,
        runtime="unknown",
        backend="cpu",
        verdict=Verdict.IE,
        score=0.0,
        diagnosis=Diagnosis(pitfall=None, message=message),
    )
