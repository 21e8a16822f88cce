"""The benchmark: every way of running a submission, alternated in one run on one plan."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from judge.bench.contest import Contest, jurax_costs
from judge.bench.figures import EngineFigures, FormFigures, Throughput, Way, ratios
from judge.bench.judges import BenchJudge, cold_settings
from judge.bench.plain import PlainJob
from judge.bench.saturation import saturate, saturate_plain
from judge.judge import JudgeSettings
from judge.package import KnownSubmission, Package
from judge.plan import draw
from judge.verdict import Verdict
from judge.warm import Entry

USUAL_FORMS = ("compact_dict_spread", "jitted_apply", "jitted_init")


@dataclass(frozen=True)
class Workload:
    """What to measure, and how much of it: no round begins after ``time_limit_s``. Without
    ``clients`` throughput is left out; it is measured on the first form."""

    forms: tuple[KnownSubmission, ...]
    rounds: int = 5
    clients: int = 8
    plan_seed: int = 1
    cold: bool = True
    time_limit_s: float = 600.0


def choose_forms(package: Package, names: Sequence[str] = ()) -> tuple[KnownSubmission, ...]:
    """The accepted forms called ``names``, else the usual ones, else the first. ValueError for a
    name that no accepted form has, and where there is none at all."""
    known = {form.name: form for form in package.submissions if form.verdict is Verdict.AC}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise ValueError(
            f"{package.slug} has no accepted form {', '.join(unknown)}; its accepted forms are: "
            f"{', '.join(sorted(known)) or 'none'}"
        )
    usual = [name for name in USUAL_FORMS if name in known]
    return tuple(known[name] for name in names or usual or sorted(known)[:1])


def bench(package: Package, workload: Workload, settings: JudgeSettings) -> EngineFigures:
    """Runs the benchmark. Takes minutes. Raises JudgeError where it cannot be carried out, or
    where a form is not accepted."""
    deadline = time.monotonic() + workload.time_limit_s
    plan = draw(package, workload.plan_seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jurax-bench-")))
        judge = stack.enter_context(closing(BenchJudge(settings)))
        for entry in Entry:
            judge.warm(package, epoch=plan.pool_epoch, entry=entry)
        judge.prepare()
        # Before anything else maps the same libraries: proportional sizes would be divided by it.
        costs = [jurax_costs(judge, package, form, plan) for form in workload.forms]
        cold = _cold_judge(stack, settings) if workload.cold else None
        figures: list[FormFigures] = []
        for form, cost in zip(workload.forms, costs, strict=True):
            job = PlainJob(judge.runtime, folder, form.source, package.spec.entry, plan)
            contest = Contest(package, plan, form, job, judge, cold)
            figures.append(contest.measure(workload.rounds, deadline, cost))
        throughput: tuple[Throughput, ...] = ()
        if workload.clients and time.monotonic() < deadline:
            form = workload.forms[0]
            throughput = (
                saturate_plain(judge.runtime, package, form, folder, plan_seed=plan.seed),
                saturate(judge, package, form, clients=workload.clients, plan_seed=plan.seed),
            )
    rounds = min(len(form.latency[Way.BASELINE].samples) for form in figures)
    return EngineFigures(
        plan_seed=plan.seed,
        pool_epoch=plan.pool_epoch,
        cases=len(plan.cases),
        rounds=rounds,
        stopped_early=rounds < workload.rounds or (workload.clients > 0 and not throughput),
        forms=tuple(figures),
        ratios=ratios(figures),
        throughput=throughput,
    )


def _cold_judge(stack: ExitStack, settings: JudgeSettings) -> BenchJudge:
    # Closed with the first judge, not before: the two share a control group's folder.
    borrowed = stack.enter_context(cold_settings(settings))
    judge = stack.enter_context(closing(BenchJudge(borrowed)))
    judge.prepare()
    return judge
