"""What Prometheus reads: requests from this process, judging from the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionDep
from app.models import (
    Assignment,
    AssignmentProblem,
    Attempt,
    AttemptStatus,
    Feedback,
    Submission,
    WorkerHeartbeat,
)
from app.worker import heartbeat
from app.worker.repository import queue_depth

_REGISTRY = CollectorRegistry()

HTTP_SECONDS = Histogram(
    "jurax_http_request_seconds",
    "Time to answer a request, waits and streams included.",
    ["method", "route", "status"],
    registry=_REGISTRY,
)

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(session: SessionDep) -> Response:
    """Metrics in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Judging(await _numbers(session)))
    body = generate_latest(_REGISTRY) + generate_latest(registry)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


@dataclass(frozen=True)
class _Numbers:
    by_verdict: dict[str, int]
    judging_count: int
    judging_seconds: float
    depth: dict[str, int]
    workers: Sequence[WorkerHeartbeat]


class _Judging(Collector):
    """Counted in SQL: the worker is another process, and numbers survive a restart that way."""

    def __init__(self, numbers: _Numbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        verdicts = CounterMetricFamily(
            "jurax_attempts",
            "Attempts judged, by verdict; withheld where an assignment shows it later.",
            labels=["verdict"],
        )
        for verdict, count in self._numbers.by_verdict.items():
            verdicts.add_metric([verdict], count)
        yield verdicts
        depth = GaugeMetricFamily(
            "jurax_attempts_unfinished", "Attempts queued or running.", labels=["status"]
        )
        for status, count in self._numbers.depth.items():
            depth.add_metric([status], count)
        yield depth
        yield SummaryMetricFamily(
            "jurax_judging_seconds",
            "Time from the start of judging to the report.",
            count_value=self._numbers.judging_count,
            sum_value=self._numbers.judging_seconds,
        )
        workers = self._numbers.workers
        yield GaugeMetricFamily("jurax_workers", "Workers alive.", value=len(workers))
        yield GaugeMetricFamily(
            "jurax_spares_ready",
            "Prepared sandboxes that waited when their workers were last heard of.",
            value=sum(worker.spares for worker in workers),
        )
        if workers:
            yield GaugeMetricFamily(
                "jurax_worker_heartbeat_timestamp_seconds",
                "When the worker that was silent longest was last heard of.",
                value=min(worker.heartbeat_at for worker in workers).timestamp(),
            )


async def _numbers(session: AsyncSession) -> _Numbers:
    done = Attempt.status == AttemptStatus.DONE.value
    # Anybody may read these numbers: a verdict that its student does not see yet is not in them.
    verdict = case(
        ((Assignment.feedback != Feedback.NOW.value) & (Attempt.verdict != "IE"), "withheld"),
        else_=Attempt.verdict,
    )
    rows = await session.execute(
        select(verdict, func.count())
        .select_from(Attempt)
        .join(Submission, Submission.id == Attempt.submission_id)
        .outerjoin(AssignmentProblem, AssignmentProblem.id == Submission.assignment_problem_id)
        .outerjoin(Assignment, Assignment.id == AssignmentProblem.assignment_id)
        .where(done)
        .group_by(verdict)
    )
    seconds = func.extract("epoch", Attempt.finished_at - Attempt.started_at)
    count, total = (
        await session.execute(select(func.count(), func.coalesce(func.sum(seconds), 0)).where(done))
    ).one()
    return _Numbers(
        by_verdict={str(name): number for name, number in rows.all()},
        judging_count=count,
        judging_seconds=float(total),
        depth=await queue_depth(session),
        workers=await heartbeat.alive(session),
    )
