"""``jurax bench``: measures the engine and the service on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.bench.parts import Part
from app.commands.settings import (
    AllowWeakMemoryLimit,
    UnsafeNoSandbox,
    judge_settings,
    read_settings,
)

_USAGE = 2
_JUDGE_ERROR = 3


def bench_command(
    problem: Annotated[
        str, typer.Argument(help="A slug, or the folder of a problem package.")
    ] = "zero-last-layer",
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write a plot here, as SVG.")] = None,
    only: Annotated[
        list[Part] | None, typer.Option(help="Measure this part alone; may be given again.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="Turns of each way.")] = 5,
    form: Annotated[
        list[str] | None, typer.Option(help="An accepted form to measure; may be given again.")
    ] = None,
    arrivals: Annotated[
        int, typer.Option(min=1, max=2000, help="Submissions that come at random.")
    ] = 200,
    clients: Annotated[int, typer.Option(min=1, max=20, help="Clients at once, to saturate.")] = 8,
    cold: Annotated[bool, typer.Option(help="Measure an empty compilation cache too.")] = True,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the engine's plan and the times of arrival.")
    ] = 1,
    time_limit: Annotated[
        int, typer.Option(min=1, max=86400, help="Seconds after which no new round begins.")
    ] = 14400,
    allow_weak_memory_limit: AllowWeakMemoryLimit = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Measure judging, in the engine and in a service that is started for it: latency, throughput,
    CPU time and memory, against a plain subprocess a submission and against a process where
    everything is warm, in one run. Takes most of an hour; `--only spares --rounds 1` takes minutes.

    Exit code: 0 measured, 2 usage, 3 judge error.
    """
    # Imported late: what the other commands need not pay.
    from app.bench.plot import svg
    from app.bench.run import Whole, run
    from app.bench.text import render
    from judge.bench.bench import Workload, choose_forms
    from judge.errors import JudgeError
    from judge.package import PackageError, find
    from judge.plan import SEED_BOUND

    settings = read_settings(
        allow_weak_memory_limit=allow_weak_memory_limit or None,
        unsafe_no_sandbox=unsafe_no_sandbox or None,
    )
    try:
        package = find(problem, [settings.problems_dir])
        forms = choose_forms(package, form or ())
        if seed >= SEED_BOUND:
            raise ValueError(f"--seed must be below {SEED_BOUND}")
    except (PackageError, ValueError) as error:
        _stop(str(error), _USAGE)
    workload = Workload(forms, rounds, clients, seed, cold, time_limit)
    try:
        report = run(
            package,
            Whole(workload, frozenset(only or Part), arrivals),
            judge_settings(settings),
            _say,
        )
    except JudgeError as error:
        _stop(str(error), _JUDGE_ERROR)
    if json:
        print(report.model_dump_json(indent=2))
    else:
        print(render(report))
    if plot is not None:
        try:
            plot.write_text(svg(report))
        except OSError as error:
            _stop(f"Cannot write {plot}: {error.strerror}", _USAGE)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _stop(message: str, code: int) -> NoReturn:
    print(f"jurax: {message}", file=sys.stderr)
    raise typer.Exit(code)
