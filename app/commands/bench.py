"""``jurax bench``: measures the engine on this machine, against a plain subprocess and a floor."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.commands.settings import UnsafeNoSandbox
from app.settings import packaged_problems_dir
from judge.bench.bench import Workload, bench, choose_forms
from judge.bench.figures import BenchReport, FormFigures, Throughput, Way
from judge.errors import JudgeError
from judge.judge import JudgeSettings
from judge.package import PackageError, find
from judge.plan import SEED_BOUND

_WAYS = {
    Way.BASELINE: "(a) subprocess",
    Way.FLOOR: "(b) warm process",
    Way.FILLED: "(c) Jurax",
    Way.REMEMBERED: "(c') answers known",
    Way.COLD: "(d) cache empty",
}
_USAGE = 2
_JUDGE_ERROR = 3


def bench_command(
    problem: Annotated[
        str, typer.Argument(help="A slug, or the folder of a problem package.")
    ] = "zero-last-layer",
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Turns of each way.")] = 5,
    form: Annotated[
        list[str] | None, typer.Option(help="An accepted form to measure; may be given again.")
    ] = None,
    clients: Annotated[
        int, typer.Option(min=0, max=32, help="Clients at once for throughput; 0 leaves it out.")
    ] = 8,
    cold: Annotated[bool, typer.Option(help="Measure an empty compilation cache too.")] = True,
    seed: Annotated[
        int, typer.Option(min=0, max=SEED_BOUND - 1, help="The plan seed of all runs.")
    ] = 1,
    time_limit: Annotated[
        int, typer.Option(min=1, max=7200, help="Seconds after which no new round begins.")
    ] = 600,
    allow_weak_memory_limit: Annotated[
        bool,
        typer.Option(help="Go on where no cgroup can limit memory: it is then only polled."),
    ] = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Measure judging: latency, CPU time, memory and throughput, alternated with a plain
    subprocess a submission and with a process where everything is warm. Takes minutes.

    Exit code: 0 measured, 2 usage, 3 judge error.
    """
    try:
        package = find(problem, [packaged_problems_dir()])
        forms = choose_forms(package, form or ())
    except (PackageError, ValueError) as error:
        _stop(str(error), _USAGE)
    workload = Workload(forms, rounds, clients, seed, cold, time_limit)
    settings = JudgeSettings(
        allow_weak_memory_limit=allow_weak_memory_limit, unsafe_no_sandbox=unsafe_no_sandbox
    )
    try:
        report = bench(package, workload, settings)
    except JudgeError as error:
        _stop(str(error), _JUDGE_ERROR)
    if json:
        print(report.model_dump_json(indent=2))
    else:
        Console().print(render(report))


def render(report: BenchReport) -> RenderableType:
    """The figures for a person at a terminal."""
    machine = report.machine
    parts: list[RenderableType] = [
        Text(f"{report.problem}: {report.cases} cases, {report.rounds} rounds", style="bold"),
        Text(
            f"{machine.cores} cores of {machine.processor}, {machine.memory_gb} GB; "
            f"load {machine.load[0]} before, {machine.load[1]} after",
            style="dim",
        ),
        Text(
            f"{machine.runtime}, {machine.limits}, commit {machine.commit or 'unknown'}",
            style="dim",
        ),
    ]
    if report.stopped_early:
        parts.append(Text("The time limit came before all was measured.", style="yellow"))
    for form in report.forms:
        parts += [Text(), _form_table(form), Text(_steps(form), style="dim")]
    if report.throughput:
        parts += [Text(), *(Text(_rate(rate)) for rate in report.throughput)]
    return Group(*parts)


def _form_table(form: FormFigures) -> Table:
    table = Table(title=form.form, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    for heading in ("p50 ms", "p95", "p99", "(a)/it", "it/(b)", "CPU s", "MB"):
        table.add_column(heading, justify="right")
    for way, latency in form.latency.items():
        cost = form.cost.get(way)
        table.add_row(
            _WAYS[way],
            *(f"{value:.0f}" for value in (latency.p50, latency.p95, latency.p99)),
            f"{form.faster_than_baseline(way):.2f}",
            f"{form.times_floor(way):.2f}",
            "" if cost is None else f"{cost.cpu_s:.2f}",
            "" if cost is None or cost.memory_mb is None else f"{cost.memory_mb:.0f}",
        )
    return table


def _steps(form: FormFigures) -> str:
    steps = ", ".join(f"{name} {ms:.0f}" for name, ms in form.steps_ms.items())
    return f"Steps of (c), ms: {steps}"


def _rate(rate: Throughput) -> str:
    return (
        f"{_WAYS[rate.way]}: {rate.per_minute:.1f} submissions a minute "
        f"({rate.form}, {rate.clients} at once, {rate.submissions} in {rate.seconds:.1f} s)"
    )


def _stop(message: str, code: int) -> NoReturn:
    print(f"jurax: {message}", file=sys.stderr)
    raise typer.Exit(code)
