"""A service with more clients than cores, and what others feel of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from app.bench.figures import ALL, Saturation
from app.bench.rounds import Plain
from app.bench.service import Answer, Service
from judge.bench.figures import Latency, Way
from judge.bench.plain import BenchFailed
from judge.bench.saturation import closed_loop, saturate_plain
from judge.package import KnownSubmission

_SUBMISSIONS_A_CLIENT = 4
_IDLE_S = 15.0
_PAUSE_S = 0.05


def saturate_service(
    service: Service,
    form: KnownSubmission,
    plain: Plain,
    *,
    clients: int,
    plan_seed: int,
) -> Saturation:
    """Plain processes, one a core, beside a service at rest; then requests that judge nothing at a
    service at rest; then the same beside ``clients`` that submit in a closed loop."""
    paths = {
        "problem": f"/api/v1/problems/{service.package.slug}",
        "submission": f"/api/v1/submissions/{service.judge(form.source).submission}",
        "health": "/healthz",
    }
    service.settle()
    baseline = saturate_plain(
        plain.runtime, service.package, form, plain.folder, plan_seed=plan_seed
    )
    rest_ends = time.monotonic() + _IDLE_S
    idle = _ask(service, paths, lambda: time.monotonic() > rest_ends)
    answers: list[Answer] = []
    over = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="asking") as other:
        asked = other.submit(_ask, service, paths, over.is_set)
        try:
            served = closed_loop(
                Way.SERVED,
                form.name,
                lambda _: answers.append(service.judge(form.source)),
                clients=clients,
                submissions=clients * _SUBMISSIONS_A_CLIENT,
            )
        finally:
            over.set()
    return Saturation(
        baseline=baseline,
        served=served,
        prepared=sum(answer.report.environment.prepared for answer in answers),
        idle=idle,
        saturated=asked.result(),
    )


def _ask(service: Service, paths: dict[str, str], over: Callable[[], bool]) -> dict[str, Latency]:
    """Milliseconds of requests, one at a time, some twenty a second, by what they ask for and over
    all. At least one of each."""
    samples: dict[str, list[float]] = {name: [] for name in paths}
    while not samples["problem"] or not over():
        for name, path in paths.items():
            started = time.perf_counter()
            response = service.client.get(path)
            samples[name].append((time.perf_counter() - started) * 1000)
            if response.is_error:
                raise BenchFailed(f"GET {path} was answered with {response.status_code}.")
            time.sleep(_PAUSE_S)
    together = [sample for taken in samples.values() for sample in taken]
    return {ALL: Latency.of(together)} | {
        name: Latency.of(taken) for name, taken in samples.items()
    }
