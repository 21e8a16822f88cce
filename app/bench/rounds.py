"""Programs over HTTP, each in turn with a plain process on the plan that the service drew."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.bench.cost import cpu_of_one
from app.bench.figures import Rounds, Served
from app.bench.service import Answer, Service
from judge.bench.figures import Latency
from judge.bench.novel import never_seen
from judge.bench.plain import BenchFailed, PlainJob, PlainPair
from judge.package import KnownSubmission, Package
from judge.plan import draw
from judge.report import Report
from judge.sandbox.runtime import Runtime

_FLOOR_PASSES = 5


@dataclass(frozen=True)
class Plain:
    """What plain processes need: the runtime, and a folder to write programs to."""

    runtime: Runtime
    folder: Path

    def on_plan_of(self, report: Report, package: Package, source: str) -> PlainPair:
        """Baseline and floor of a program on the plan of a report. BenchFailed where the report is
        on another package or says no plan."""
        if report.plan_seed is None or report.package_sha256 != package.sha256:
            raise BenchFailed("The report's plan cannot be drawn again from this package.")
        plan = draw(package, report.plan_seed, pool_epoch=report.pool_epoch)
        job = PlainJob(self.runtime, self.folder, source, package.spec.entry, plan)
        return job.measure(_FLOOR_PASSES)


def measure(
    service: Service,
    forms: Sequence[KnownSubmission],
    plain: Plain,
    *,
    rounds: int,
    deadline: float,
) -> Rounds:
    """Every form, and the first one with something never seen, ``rounds`` times; at least once, and
    no round begins after ``deadline`` on the monotonic clock. Whenever anything begins, the service
    is at rest, so that a plain process has the machine to itself."""
    entry = service.package.spec.entry
    contests = [_Contest(form.name, jits(form.source), False, _same(form.source)) for form in forms]
    first = forms[0]
    contests.append(
        _Contest(first.name, jits(first.source), True, lambda: never_seen(first.source, entry))
    )
    service.settle()
    service.judge(first.source)
    for number in range(rounds):
        if number and time.monotonic() > deadline:
            break
        for contest in contests:
            source = contest.source()
            service.settle()
            contest.answers.append(service.judge(source))
            service.settle()
            report = contest.answers[-1].report
            contest.pairs.append(plain.on_plan_of(report, service.package, source))
    return Rounds(
        spares=service.spares,
        forms=tuple(contest.figures() for contest in contests),
        cpu_s=cpu_of_one(service, first.source),
    )


def jits(source: str) -> bool:
    """Whether a program compiles parts of itself: whether it names ``jit``."""
    return re.search(r"\bjit\b", source) is not None


@dataclass
class _Contest:
    form: str
    jitted: bool
    never_seen: bool
    source: Callable[[], str]
    answers: list[Answer] = field(default_factory=list)
    pairs: list[PlainPair] = field(default_factory=list)

    def figures(self) -> Served:
        return Served(
            form=self.form,
            jitted=self.jitted,
            never_seen=self.never_seen,
            served=Latency.of([answer.wall_ms for answer in self.answers]),
            baseline=Latency.of([pair.baseline_ms for pair in self.pairs]),
            floor=Latency.of([statistics.median(pair.floor_ms) for pair in self.pairs]),
            prepared=sum(answer.report.environment.prepared for answer in self.answers),
            steps_ms=_steps(self.answers),
        )


def _steps(answers: Sequence[Answer]) -> dict[str, float]:
    steps = [
        {**answer.report.timing, "outside": answer.wall_ms - answer.report.timing["total"]}
        for answer in answers
    ]
    names = sorted(dict.fromkeys(name for step in steps for name in step), key=_last)
    return {
        name: round(statistics.median(step.get(name, 0.0) for step in steps), 1) for name in names
    }


def _last(name: str) -> bool:
    # The database forgets the order of the others; these two are made of them or beside them.
    return name in ("total", "outside")


def _same(source: str) -> Callable[[], str]:
    return lambda: source
