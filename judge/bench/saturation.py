"""Throughput: many submissions at once, each on another plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judge.bench.contest import accepted
from judge.bench.figures import Throughput, Way
from judge.bench.judges import BenchJudge
from judge.bench.plain import PlainJob
from judge.cores import available_cores
from judge.package import KnownSubmission, Package
from judge.plan import SEED_BOUND, draw
from judge.sandbox.runtime import Runtime

_SUBMISSIONS_A_CLIENT = 2


def saturate_plain(
    runtime: Runtime, package: Package, form: KnownSubmission, folder: Path, *, plan_seed: int
) -> Throughput:
    """The baseline, one process a core."""
    jobs = [
        PlainJob(runtime, folder, form.source, package.spec.entry, draw(package, seed))
        for seed in _seeds(plan_seed, available_cores())
    ]
    return closed_loop(
        Way.BASELINE,
        form.name,
        lambda number: jobs[number].run(),
        clients=len(jobs),
        submissions=len(jobs),
    )


def saturate(
    judge: BenchJudge, package: Package, form: KnownSubmission, *, clients: int, plan_seed: int
) -> Throughput:
    """The engine with ``clients``, every submission on a fresh plan."""
    seeds = _seeds(plan_seed, clients * _SUBMISSIONS_A_CLIENT)
    return closed_loop(
        Way.FILLED,
        form.name,
        lambda number: accepted(judge, package, form, seeds[number]),
        clients=clients,
        submissions=len(seeds),
    )


def closed_loop(
    way: Way,
    form: str,
    run: Callable[[int], object],
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
        form=form,
        clients=clients,
        submissions=submissions,
        seconds=round(seconds, 2),
        per_minute=round(60 * submissions / seconds, 1),
    )


def _seeds(plan_seed: int, number: int) -> list[int]:
    return [(plan_seed + 1 + n) % SEED_BOUND for n in range(number)]
