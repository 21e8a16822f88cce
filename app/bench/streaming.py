"""How long after its end in the worker a case is at a client that listens."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.bench.figures import Streaming
from app.bench.service import Service
from judge.bench.figures import Latency
from judge.bench.plain import BenchFailed
from judge.package import KnownSubmission

# Said by the worker at the level DEBUG: see app.worker.judging.
LOG_LEVEL = "DEBUG"
_ENDED = "case ended"


@dataclass(frozen=True)
class _Heard:
    """What a client heard of one submission, in seconds since 1970: when its stream was open, and
    when each case's event was there."""

    submission: str
    opened: float
    cases: dict[int, float]


def listen(service: Service, form: KnownSubmission, *, rounds: int, deadline: float) -> Streaming:
    """``rounds`` submissions, listened to; at least one, and none begins after ``deadline`` on the
    monotonic clock. The service must log at LOG_LEVEL. Both clocks are this machine's."""
    heard: list[_Heard] = []
    for number in range(rounds):
        if number and time.monotonic() > deadline:
            break
        service.settle()
        heard.append(_hear(service, form.source))
    ended = _ends(service.log)
    pairs = [
        (ended[one.submission][case], arrived, one.opened)
        for one in heard
        for case, arrived in one.cases.items()
    ]
    taken = [(arrived - end) * 1000 for end, arrived, opened in pairs if end >= opened]
    if not taken:
        raise BenchFailed("Every case had ended before the client's stream was open.")
    return Streaming(form=form.name, latency=Latency.of(taken), before=len(pairs) - len(taken))


def _hear(service: Service, source: str) -> _Heard:
    submission = service.post(source, wait=0).raise_for_status().json()["id"]
    cases: dict[int, float] = {}
    kind = ""
    with service.client.stream("GET", f"/api/v1/submissions/{submission}/events") as response:
        response.raise_for_status()
        opened = time.time()
        for line in response.iter_lines():
            name, _, value = line.partition(":")
            if name == "event":
                kind = value.strip()
            elif name == "data" and kind == "case":
                arrived = time.time()
                cases[json.loads(value)["index"]] = arrived
    return _Heard(submission, opened, cases)


def _ends(log: Path) -> dict[str, dict[int, float]]:
    """When each case ended, by submission and index, from the service's log."""
    found: dict[str, dict[int, float]] = {}
    for line in log.read_text(errors="replace").splitlines():
        if _ENDED not in line:
            continue
        record = json.loads(line)
        at = datetime.fromisoformat(record["timestamp"]).timestamp()
        found.setdefault(record["submission"], {})[record["case"]] = at
    return found
