"""Throughput: many submissions at once, each on another plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judge.bench.contest import accepted
from judge.bench.figures import Throughput, Way
from judge.bench.judges import BenchJudge
from judge.bench.machine import cores
from judge.bench.plain import PlainJob
from judge.package import KnownSubmission, Package
from judge.plan import SEED_BOUND, draw

_SUBMISSIONS_A_CLIENT = 2


def saturate(
    judge: BenchJudge,
    package: Package,
    form: KnownSubmission,
    folder: Path,
    *,
    clients: int,
    plan_seed: int,
) -> tuple[Throughput, ...]:
    """The baseline with one process a core, then Jurax with ``clients``, on fresh plans."""
    wave = cores()
    seeds = [(plan_seed + 1 + n) % SEED_BOUND for n in range(clients * _SUBMISSIONS_A_CLIENT)]
    jobs = [
        PlainJob(judge.runtime, folder, form.source, package.spec.entry, draw(package, seed))
        for seed in seeds[:wave]
    ]

    def plain(number: int) -> None:
        jobs[number].run()

    def judged(number: int) -> None:
        accepted(judge, package, form, seeds[number])

    return (
        _closed_loop(Way.BASELINE, form, plain, clients=len(jobs), submissions=len(jobs)),
        _closed_loop(Way.FILLED, form, judged, clients=clients, submissions=len(seeds)),
    )


def _closed_loop(
    way: Way,
    form: KnownSubmission,
    run: Callable[[int], None],
    *,
    clients: int,
    submissions: int,
) -> Throughput:
    """Each client hands in the next submission when its last one is done."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients, thread_name_prefix="client") as pool:
        list(pool.map(run, range(submissions)))
    seconds = time.perf_counter() - started
    return Throughput(
        way=way,
        form=form.name,
        clients=clients,
        submissions=submissions,
        seconds=round(seconds, 2),
        per_minute=round(60 * submissions / seconds, 1),
    )
