"""One accepted form, run in every way, taking turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from judge.bench.figures import Cost, FormFigures, Latency, Way
from judge.bench.judges import BenchJudge
from judge.bench.meter import Meter
from judge.bench.plain import BenchFailed, LongLived, PlainJob, PlainRun, require_same
from judge.case import Plan
from judge.grade import OnCase, grade
from judge.package import KnownSubmission, Package
from judge.report import CaseResult, Report
from judge.verdict import Verdict


class Contest:
    """One form on one plan. ``cold`` is a judge whose compilation cache is empty, or none."""

    def __init__(
        self,
        package: Package,
        plan: Plan,
        form: KnownSubmission,
        job: PlainJob,
        judge: BenchJudge,
        cold: BenchJudge | None,
    ) -> None:
        self._package = package
        self._plan = plan
        self._form = form
        self._job = job
        self._judge = judge
        self._cold = cold
        self._baselines: list[PlainRun] = []
        self._steps: list[dict[str, float]] = []

    def measure(self, rounds: int, deadline: float, costs: dict[Way, Cost]) -> FormFigures:
        """At least one round; no other begins after ``deadline``, on the monotonic clock."""
        with self._job.start() as floor:
            turns = self._turns(floor)
            order = list(turns)
            samples: dict[Way, list[float]] = {way: [] for way in order}
            for number in range(rounds):
                if number and time.monotonic() > deadline:
                    break
                # Another one begins each time, so that the first place favours none.
                first = number % len(order)
                for way in order[first:] + order[:first]:
                    samples[way].append(turns[way]())
        return FormFigures(
            form=self._form.name,
            latency={way: Latency.of(taken) for way, taken in samples.items()},
            cost={Way.BASELINE: self._baseline_cost(), **costs},
            steps_ms=_medians(self._steps),
        )

    def _turns(self, floor: LongLived) -> dict[Way, Callable[[], float]]:
        """How each way takes its turn: it gives milliseconds."""
        cold = self._cold

        def baseline() -> float:
            run = self._job.run()
            require_same(run.outputs, floor.warming)
            self._baselines.append(run)
            return run.wall_ms

        def filled() -> float:
            wall_ms, report = self._graded(self._judge)
            self._steps.append(report.timing)
            return wall_ms

        def remembered() -> float:
            self._judge.remembers = True
            wall_ms, _ = self._graded(self._judge)
            self._judge.remembers = False
            return wall_ms

        turns = {
            Way.BASELINE: baseline,
            Way.FLOOR: floor.time_pass,
            Way.FILLED: filled,
            Way.REMEMBERED: remembered,
        }
        if cold is not None:
            turns[Way.COLD] = lambda: self._graded(cold)[0]
        return turns

    def _graded(self, judge: BenchJudge) -> tuple[float, Report]:
        started = time.perf_counter()
        report = accepted(judge, self._package, self._form, self._plan.seed)
        return (time.perf_counter() - started) * 1000, report

    def _baseline_cost(self) -> Cost:
        return Cost(
            cpu_s=round(statistics.median(run.cpu_s for run in self._baselines), 3),
            memory_mb=round(max(run.peak_mb for run in self._baselines), 1),
        )


def jurax_costs(
    judge: BenchJudge, package: Package, form: KnownSubmission, plan: Plan
) -> dict[Way, Cost]:
    """What one submission uses, of the ways with a filled cache. Apart from the timed turns, since
    reading the counters takes time. Leaves the reference's answers remembered."""
    # The first attempt reads what the disk still holds.
    accepted(judge, package, form, plan.seed)
    costs = {Way.FILLED: _cost(judge, package, form, plan)}
    judge.remembers = True
    accepted(judge, package, form, plan.seed)
    costs[Way.REMEMBERED] = _cost(judge, package, form, plan)
    judge.remembers = False
    return costs


def accepted(
    judge: BenchJudge,
    package: Package,
    form: KnownSubmission,
    plan_seed: int,
    on_case: OnCase | None = None,
) -> Report:
    """The report on ``form``. Raises BenchFailed unless it is accepted: any other attempt may have
    ended early."""
    report = grade(package, form.source, judge=judge, plan_seed=plan_seed, on_case=on_case)
    if report.verdict is not Verdict.AC:
        said = report.diagnosis.message if report.diagnosis else ""
        raise BenchFailed(f"{form.name} was judged {report.verdict}, not AC. {said}".strip())
    return report


def _cost(judge: BenchJudge, package: Package, form: KnownSubmission, plan: Plan) -> Cost:
    found: list[Cost] = []
    last = plan.cases[-1].index
    meter = Meter()

    def read(result: CaseResult) -> None:
        # Its processes are killed when the attempt is over.
        if result.index == last:
            found.append(meter.read())

    accepted(judge, package, form, plan.seed, read)
    return found[0]


def _medians(steps: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(step[name] for step in steps), 1) for name in steps[0]}
