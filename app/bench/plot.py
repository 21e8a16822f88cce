"""A plot of a benchmark, as SVG: bars and a curve need no library for plots."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from app.bench.figures import Arrivals, BenchReport, Rounds

_WIDTH, _LEFT, _RIGHT = 900, 330, 90
_BAR, _GAP, _CURVE = 18, 8, 220
_COLOURS = {"(a)": "#b44", "no spare": "#d93", "spare ready": "#285", "(b)": "#777"}
Bar = tuple[str, float]


def svg(report: BenchReport) -> str:
    """The medians of every form on a logarithmic scale and, where they were measured, how long
    the submissions took that came at random."""
    body: list[str] = []
    top = 30.0
    forms = _forms(report)
    scale = _Log([value for _, bars in forms for _, value in bars])
    title = f"{report.problem}: milliseconds, median, on a logarithmic scale"
    body.append(_text(10, top - 8, title, bold=True))
    for name, bars in forms:
        top += 6
        body.append(_text(10, top + 13, name))
        for label, value in bars:
            body += _bar(top, label, value, scale)
            top += _BAR
        top += _GAP
    if report.figures.arrivals is not None:
        body += _curve(report.figures.arrivals, top + 40)
        top += 40 + _CURVE + 40
    machine = report.machine
    where = f"{machine.cores} cores of {machine.processor}, {machine.runtime}"
    body.append(_text(10, top + 20, where))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top + 32:.0f}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(body)}</svg>\n"
    )


class _Log:
    """Places on a logarithmic axis that holds all values."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low = 10 ** math.floor(math.log10(min(values, default=1.0) / 2))
        self._high = max(values, default=10.0)

    def width(self, value: float) -> float:
        span = math.log(self._high / self._low)
        return (_WIDTH - _LEFT - _RIGHT) * math.log(value / self._low) / span


def _forms(report: BenchReport) -> list[tuple[str, list[Bar]]]:
    """By form: baseline, without and with a spare, floor, as far as they were measured."""
    figures = report.figures
    found: dict[str, dict[str, float]] = {}
    for label, rounds in (("no spare", figures.no_spares), ("spare ready", figures.spares)):
        for name, baseline, served, floor in _medians(rounds):
            # The last one's plain runs stand for both.
            found.setdefault(name, {}).update({"(a)": baseline, label: served, "(b)": floor})
    order = list(_COLOURS)
    return [
        (name, sorted(bars.items(), key=lambda b: order.index(b[0])))
        for name, bars in found.items()
    ]


def _medians(rounds: Rounds | None) -> Iterator[tuple[str, float, float, float]]:
    for form in rounds.forms if rounds else ():
        name = form.form + (" + never seen" if form.never_seen else "")
        yield name, form.baseline.p50, form.served.p50, form.floor.p50


def _bar(top: float, label: str, value: float, scale: _Log) -> Iterator[str]:
    width = scale.width(value)
    yield _text(_LEFT - 90, top + 13, label)
    yield (
        f'<rect x="{_LEFT}" y="{top + 2:.1f}" width="{width:.1f}" height="{_BAR - 4}" '
        f'fill="{_COLOURS[label]}"/>'
    )
    yield _text(_LEFT + width + 5, top + 13, f"{value:.0f}")


def _curve(arrivals: Arrivals, top: float) -> Iterator[str]:
    """Milliseconds over the share of submissions that took no longer."""
    samples = sorted(arrivals.latency.samples)
    highest = samples[-1]
    across, bottom = _WIDTH - 60 - _RIGHT, top + _CURVE
    points = " ".join(
        f"{60 + across * (number + 1) / len(samples):.1f},{bottom - _CURVE * value / highest:.1f}"
        for number, value in enumerate(samples)
    )
    title = (
        f"{len(samples)} submissions at random, one in {arrivals.mean_s:g} s: "
        "milliseconds that so large a share took at most"
    )
    yield _text(10, top - 12, title, bold=True)
    yield f'<path d="M60 {top}V{bottom}H{60 + across}" fill="none" stroke="#999"/>'
    yield f'<polyline points="{points}" fill="none" stroke="#285" stroke-width="2"/>'
    for share, value in ((0.5, arrivals.latency.p50), (0.99, arrivals.latency.p99)):
        x, y = 60 + across * share, bottom - _CURVE * value / highest
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#285"/>'
        yield _text(x - 70, y - 8, f"p{share * 100:.0f} {value:.0f}")
    for share in (0, 50, 100):
        yield _text(60 + across * share / 100 - 10, bottom + 16, f"{share} %")
    yield _text(10, top + 10, f"{highest:.0f}")


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(text)}</text>'
