"""What a benchmark found, as Markdown: for a terminal, and for docs/performance.md as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.bench.figures import (
    ALL,
    Arrivals,
    BenchReport,
    Command,
    Memory,
    Rounds,
    Saturation,
    Streaming,
    Target,
)
from judge.bench.figures import EngineFigures, FormFigures, Latency, Throughput, Way

WAYS = {
    Way.BASELINE: "(a) subprocess",
    Way.FLOOR: "(b) warm process",
    Way.FILLED: "(c) engine",
    Way.REMEMBERED: "(c') answers known",
    Way.COLD: "(d) cache empty",
    Way.SERVED: "service",
}
_MET = {True: "met", False: "**missed**", None: ""}
_LATENCY = ("p50 ms", "p95 ms", "p99 ms")


def render(report: BenchReport) -> str:
    """The targets, then everything that was measured."""
    figures = report.figures
    blocks = [*_heading(report), _targets(report.targets)]
    for rounds in (figures.spares, figures.no_spares):
        blocks += _rounds(rounds) if rounds else ()
    blocks += _arrivals(figures.arrivals) if figures.arrivals else ()
    blocks += _saturation(figures.saturation) if figures.saturation else ()
    blocks += _memory(figures.memory) if figures.memory else ()
    blocks += _streaming(figures.streaming) if figures.streaming else ()
    blocks += _command(figures.command) if figures.command else ()
    blocks += _engine(figures.engine) if figures.engine else ()
    return "\n\n".join(blocks)


def _heading(report: BenchReport) -> Iterator[str]:
    machine = report.machine
    yield (
        f"{report.cases} cases of `{report.problem}` on {machine.cores} cores of "
        f"{machine.processor}, {machine.memory_gb} GB, {machine.runtime}, {machine.limits}, "
        f"commit {machine.commit or 'unknown'}; load {machine.load[0]} before, "
        f"{machine.load[1]} after."
    )
    if report.stopped_early:
        yield "**The time limit came before all was measured.**"


def _targets(found: Sequence[Target]) -> str:
    rows = [(t.what, t.target, t.measured, _MET[t.met]) for t in found]
    return _table(("what", "target", "measured", ""), rows)


def _rounds(found: Rounds) -> Iterator[str]:
    state = "spare ready" if found.spares else "no spare, cache filled"
    rows = [
        (
            form.form + (" + never seen" if form.never_seen else ""),
            *_percentiles(form.served),
            f"{form.baseline.p50:.0f}",
            f"{form.floor.p50:.0f}",
            f"{form.faster_than_baseline:.2f}",
            f"{form.prepared}/{len(form.served.samples)}",
        )
        for form in found.forms
    ]
    columns = (*_LATENCY, "(a) p50", "(b) p50", "(a)/it", "by a spare")
    yield _table((f"submit to report, {state}", *columns), rows)
    names = tuple(dict.fromkeys(name for form in found.forms for name in form.steps_ms))
    steps = [
        (row[0], *_steps(form.steps_ms, names, form.served.p50))
        for row, form in zip(rows, found.forms, strict=True)
    ]
    yield _table(("steps, ms and share of the whole", *names), steps)
    more = ", the next spare's preparation included" if found.spares else ""
    yield f"CPU time of a submission{more}: {found.cpu_s:.2f} s."


def _memory(found: Sequence[Memory]) -> Iterator[str]:
    rows = [
        (
            f"{memory.spares} spares" if memory.spares else "no spare",
            *(
                "unknown" if size is None else f"{size:.0f}"
                for size in (
                    memory.service,
                    memory.database,
                    memory.worker,
                    memory.sandboxes,
                    memory.total,
                )
            ),
        )
        for memory in found
    ]
    columns = ("service", "database", "worker", "sandboxes", "in all")
    yield _table(("memory, MB", *columns), rows)
    some, none = found
    if some.total is not None and none.total is not None:
        yield f"A spare adds {(some.total - none.total) / some.spares:.0f} MB."


def _arrivals(found: Arrivals) -> Iterator[str]:
    p50, p95, p99 = _percentiles(found.latency)
    yield (
        f"{len(found.latency.samples)} submissions of {found.form} at random, one in "
        f"{found.mean_s:g} s on average: p50 {p50} ms, p95 {p95}, p99 {p99}; {found.prepared} "
        "found a spare."
    )


def _saturation(found: Saturation) -> Iterator[str]:
    yield _rates((found.baseline, found.served))
    rows = [
        (
            "all of these" if name == ALL else name,
            *(f"{v:.1f}" for v in (idle.p50, idle.p99, busy.p50, busy.p99)),
        )
        for name, idle, busy in ((n, found.idle[n], found.saturated[n]) for n in found.idle)
    ]
    columns = ("idle p50 ms", "idle p99", "saturated p50", "saturated p99")
    yield _table(("requests that judge nothing", *columns), rows)


def _streaming(found: Streaming) -> Iterator[str]:
    yield (
        f"From a case's end to its event at the client ({found.form}): "
        f"p50 {found.latency.p50:.1f} ms, p99 {found.latency.p99:.1f}, of "
        f"{len(found.latency.samples)} cases; {found.before} had ended before the client listened."
    )


def _command(found: Command) -> Iterator[str]:
    rows = [
        (
            found.form,
            *_percentiles(found.command),
            f"{found.baseline.p50:.0f}",
            f"{found.faster:.2f}",
        )
    ]
    yield _table(("`jurax grade`, nothing running", *_LATENCY, "(a) p50", "(a)/it"), rows)


def _engine(found: EngineFigures) -> Iterator[str]:
    for form in found.forms:
        yield _form(form)
    names = tuple(dict.fromkeys(name for form in found.forms for name in form.steps_ms))
    steps = [
        (form.form, *_steps(form.steps_ms, names, form.latency[Way.FILLED].p50))
        for form in found.forms
    ]
    yield _table(("steps of (c), ms and share of the whole", *names), steps)
    if found.throughput:
        yield _rates(found.throughput)


def _form(form: FormFigures) -> str:
    rows = []
    for way, latency in form.latency.items():
        cost = form.cost.get(way)
        rows.append(
            (
                WAYS[way],
                *_percentiles(latency),
                f"{form.faster_than_baseline(way):.2f}",
                f"{form.times_floor(way):.2f}",
                "" if cost is None else f"{cost.cpu_s:.2f}",
                "" if cost is None or cost.memory_mb is None else f"{cost.memory_mb:.0f}",
            )
        )
    columns = (*_LATENCY, "(a)/it", "it/(b)", "CPU s", "MB")
    return _table((f"engine, no service: {form.form}", *columns), rows)


def _rates(rates: Sequence[Throughput]) -> str:
    rows = [
        (
            WAYS[r.way],
            r.form,
            str(r.clients),
            f"{r.submissions} in {r.seconds:.1f} s",
            f"{r.per_minute:.1f}",
        )
        for r in rates
    ]
    return _table(("throughput", "form", "at once", "submissions", "a minute"), rows)


def _percentiles(latency: Latency) -> tuple[str, str, str]:
    return f"{latency.p50:.0f}", f"{latency.p95:.0f}", f"{latency.p99:.0f}"


def _steps(steps: Mapping[str, float], names: Sequence[str], whole: float) -> tuple[str, ...]:
    return tuple(
        f"{steps[name]:.1f} ({steps[name] / whole:.0%})" if name in steps else "" for name in names
    )


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        shown = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(shown)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(heading), line(rule), *map(line, rows)])
