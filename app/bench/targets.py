"""What the product promises, each beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from app.bench.figures import ALL, Figures, Rounds, Served, Target

SPARE_FASTER = 40.0
FLOOR_TIMES, FLOOR_PLUS_MS = 1.6, 30.0
JITTED_FASTER = 8.0
TAIL_TIMES = 3.0
NO_SPARE_FASTER = 8.0
SATURATION_TIMES = 6.0
COMMAND_FASTER = 2.0
API_TIMES = 5.0
MEMORY_GB, MEMORY_SPARES = 1.3, 2
STREAM_MS = 50.0


def targets(figures: Figures) -> tuple[Target, ...]:
    """Every target, in the order in which they are written down in docs/performance.md."""
    return (
        *_with_spare(figures.spares),
        _tail(figures),
        *_without_spare(figures.no_spares),
        _saturation(figures),
        *_novel(figures),
        _command(figures),
        _api(figures),
        _memory(figures),
        _streaming(figures),
    )


def _with_spare(rounds: Rounds | None) -> Iterator[Target]:
    known = _known_forms(rounds)
    for form in [form for form in known if not form.jitted]:
        what = f"{form.form}: submit to report, spare ready"
        yield _at_least(f"{what}, times faster than (a)", SPARE_FASTER, form.faster_than_baseline)
        yield _at_most(
            f"{what}, ms: {FLOOR_TIMES} × floor + {FLOOR_PLUS_MS:.0f}",
            round(FLOOR_TIMES * form.floor.p50 + FLOOR_PLUS_MS, 1),
            form.served.p50,
        )
    for form in [form for form in known if form.jitted]:
        what = f"{form.form} (jits): submit to report, spare ready, times faster than (a)"
        yield _at_least(what, JITTED_FASTER, form.faster_than_baseline)
    if not known:
        yield _at_least("submit to report, spare ready, times faster than (a)", SPARE_FASTER, None)


def _tail(figures: Figures) -> Target:
    found = figures.arrivals
    what = "random arrivals: p99 ÷ p50"
    if found is None:
        return _at_most(what, TAIL_TIMES, None)
    what = f"{len(found.latency.samples)} {what}"
    return _at_most(what, TAIL_TIMES, round(found.latency.p99 / found.latency.p50, 2))


def _without_spare(rounds: Rounds | None) -> Iterator[Target]:
    known = _known_forms(rounds)
    for form in known:
        what = f"{form.form}: submit to report, no spare, times faster than (a)"
        yield _at_least(what, NO_SPARE_FASTER, form.faster_than_baseline)
    if not known:
        yield _at_least("submit to report, no spare, times faster than (a)", NO_SPARE_FASTER, None)


def _saturation(figures: Figures) -> Target:
    found = figures.saturation
    times = None if found is None else round(found.served.per_minute / found.baseline.per_minute, 2)
    return _at_least(
        "saturation: submissions a minute, times those of (a)", SATURATION_TIMES, times
    )


def _novel(figures: Figures) -> Iterator[Target]:
    found = [
        (rounds.spares, form)
        for rounds in (figures.spares, figures.no_spares)
        if rounds is not None
        for form in rounds.forms
        if form.never_seen
    ]
    for spares, form in found:
        what = f"compiling something never seen, {'spare ready' if spares else 'no spare'}"
        yield _at_least(f"{what}, times faster than (a)", 1.0, form.faster_than_baseline)
    if not found:
        yield _at_least("compiling something never seen, times faster than (a)", 1.0, None)


def _command(figures: Figures) -> Target:
    found = figures.command
    times = None if found is None else found.faster
    return _at_least("`jurax grade`, nothing running, times faster than (a)", COMMAND_FASTER, times)


def _api(figures: Figures) -> Target:
    found = figures.saturation
    times = None if found is None else round(found.saturated[ALL].p99 / found.idle[ALL].p99, 2)
    return _at_most("requests that judge nothing: p99 saturated ÷ p99 idle", API_TIMES, times)


def _memory(figures: Figures) -> Target:
    total = None if figures.memory is None else figures.memory[0].total
    gigabytes = None if total is None else round(total * 2**20 / 1e9, 2)
    return _at_most(f"memory of the service with {MEMORY_SPARES} spares, GB", MEMORY_GB, gigabytes)


def _streaming(figures: Figures) -> Target:
    found = figures.streaming
    what = "a case's end to its event at the client, p99 ms"
    return _at_most(what, STREAM_MS, None if found is None else found.latency.p99)


def _known_forms(rounds: Rounds | None) -> list[Served]:
    return [form for form in rounds.forms if not form.never_seen] if rounds else []


def _at_least(what: str, bound: float, measured: float | None) -> Target:
    met = None if measured is None else measured >= bound
    return Target(what=what, target=f"≥ {bound:g}", measured=_shown(measured), met=met)


def _at_most(what: str, bound: float, measured: float | None) -> Target:
    met = None if measured is None else measured <= bound
    return Target(what=what, target=f"≤ {bound:g}", measured=_shown(measured), met=met)


def _shown(measured: float | None) -> str:
    return "not measured" if measured is None else f"{measured:g}"
