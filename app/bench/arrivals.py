"""Submissions that come as people's do: at times of a Poisson process."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from app.bench.figures import Arrivals
from app.bench.service import Answer, Service
from judge.bench.figures import Latency
from judge.package import KnownSubmission

MEAN_S = 4.0
# More than ever wait at once: an arrival that had to queue here would be measured too short.
_CLIENTS = 64


def arrive(
    service: Service,
    form: KnownSubmission,
    *,
    number: int,
    seed: int,
    deadline: float,
) -> Arrivals:
    """``number`` submissions whose times are a function of ``seed``; none but the first comes after
    ``deadline`` on the monotonic clock. The first finds the service at rest."""
    service.settle()
    coming: list[Future[Answer]] = []
    with ThreadPoolExecutor(_CLIENTS, thread_name_prefix="arrival") as clients:
        started = time.monotonic()
        for moment in moments(number, seed):
            if coming and started + moment > deadline:
                break
            time.sleep(max(0.0, started + moment - time.monotonic()))
            coming.append(clients.submit(service.judge, form.source))
        answers = [future.result() for future in coming]
    return Arrivals(
        form=form.name,
        mean_s=MEAN_S,
        latency=Latency.of([answer.wall_ms for answer in answers]),
        prepared=sum(answer.report.environment.prepared for answer in answers),
    )


def moments(number: int, seed: int) -> Iterator[float]:
    """When each comes, in seconds from the start: independent, one every ``MEAN_S`` on average."""
    source = random.Random(seed)  # noqa: S311 - to be the same again, not to be secret
    at = 0.0
    for _ in range(number):
        at += source.expovariate(1 / MEAN_S)
        yield at
