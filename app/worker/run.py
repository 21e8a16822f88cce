"""The worker process: owns the judge, takes attempts from the queue until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import structlog
import uvloop
from procrastinate import PsycopgConnector

from app.assignments.snapshots import package_of
from app.catalog import viewing
from app.catalog.packages import fill_shelf, shelf
from app.catalog.viewing import Viewed
from app.db.engine import Database
from app.db.listening import listen
from app.db.running import worker_database
from app.processes import settle_memory
from app.settings import Settings
from app.submissions import watching
from app.submissions.watching import Watched
from app.worker import heartbeat
from app.worker.judges import Judges
from app.worker.judging import Judging
from app.worker.queue import queue
from app.worker.slots import take_attempts
from app.worker.sweeper import sweep
from judge.errors import JudgeError
from judge.judge import Judge, JudgeSettings
from judge.package_error import PackageError
from judge.warm import Entry

_SWEEP_SECONDS = 3.0

log = structlog.get_logger(__name__)


def run_worker(settings: Settings) -> None:
    """Judge until SIGTERM or SIGINT. JudgeError where this machine cannot judge."""
    fill_shelf(settings.problems_dir)
    url = worker_database(settings)
    judge_settings = JudgeSettings(
        allow_weak_memory_limit=settings.allow_weak_memory_limit,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
        spares=settings.spares,
    )
    with Judge(judge_settings) as judge:
        judge.prepare()
        threads = ThreadPoolExecutor(settings.worker_concurrency, thread_name_prefix="judge")
        judges = Judges(judge, lambda root: _judge_by(root, judge_settings))
        try:
            uvloop.run(_work(Database(url, pool_size=5), judge, judges, threads, settings))
        finally:
            # Ends the sandboxes, and with them what the threads still wait for.
            judges.close()
            judge.close()
            threads.shutdown(cancel_futures=True)


async def _work(
    database: Database,
    judge: Judge,
    judges: Judges,
    threads: ThreadPoolExecutor,
    settings: Settings,
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, stopping.set)
    watched = Watched()
    judging = Judging(database, judges, threads, watched)
    sandbox = judge.environment("cpu", "").sandbox
    worker_id = uuid.uuid4()
    connector = PsycopgConnector(conninfo=database.conninfo, min_size=1, max_size=4)
    with queue.replace_connector(connector):
        async with queue.open_async(), asyncio.TaskGroup() as group:
            await sweep(database)
            side_tasks = [
                group.create_task(_every(_SWEEP_SECONDS, lambda: sweep(database))),
                group.create_task(_hear(database, judge, watched)),
                group.create_task(
                    _every(
                        heartbeat.INTERVAL_SECONDS,
                        lambda: _beat(database, worker_id, sandbox, judge.spares.all_ready()),
                    )
                ),
            ]
            warming = threading.Thread(target=_warm_all, args=[judge], daemon=True)
            warming.start()
            settle_memory()
            taking = asyncio.create_task(take_attempts(judging, settings.worker_concurrency))
            asking = asyncio.create_task(stopping.wait())
            await asyncio.wait({taking, asking}, return_when=asyncio.FIRST_COMPLETED)
            log.info("the worker stops")
            asking.cancel()
            taking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await taking
            for task in side_tasks:
                task.cancel()
    async with database.session() as session:
        await heartbeat.retire(session, worker_id)
    await database.close()


async def _beat(
    database: Database, worker_id: uuid.UUID, sandbox: dict[str, str], spares: int
) -> None:
    async with database.session() as session:
        await heartbeat.beat(session, worker_id, sandbox, spares)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            # The database can be away for a moment; the next round finds it again.
            log.exception("a side task of the worker failed")
        await asyncio.sleep(seconds)


def _judge_by(root: Path, settings: JudgeSettings) -> Judge:
    """A judge of another runtime, whose cache is filled meanwhile. Spares are for the service's own
    alone: they take memory while they wait."""
    judge = Judge(replace(settings, spares=0, runtime_dir=root))
    threading.Thread(target=_warm_all, args=[judge], daemon=True).start()
    return judge


async def _hear(database: Database, judge: Judge, watched: Watched) -> None:
    async def on_viewed(payload: str) -> None:
        await _viewed(database, judge, Viewed.model_validate_json(payload))

    async def on_watched(payload: str) -> None:
        watched.add(uuid.UUID(payload))

    await listen(database.conninfo, {viewing.CHANNEL: on_viewed, watching.CHANNEL: on_watched})


async def _viewed(database: Database, judge: Judge, viewed: Viewed) -> None:
    package = shelf().get(viewed.slug)
    if viewed.package_sha256 is not None:
        try:
            async with database.session() as session:
                package = await package_of(session, viewed.package_sha256)
        except PackageError as error:
            log.error("a pinned package cannot be had", problem=viewed.slug, error=str(error))
    if package is not None:
        judge.spares.want(package, "cpu", viewed.plan_seed)


def _warm_all(judge: Judge) -> None:
    """For all problems what their spares need, then what only the cache is to hold."""
    for entry in Entry:
        for package in shelf().values():
            try:
                if not judge.warm(package, entry=entry):
                    return
                if entry is Entry.WARMUP:
                    judge.spares.want(package, "cpu")
            except JudgeError as error:
                log.warning("could not warm the cache", problem=package.slug, error=str(error))
