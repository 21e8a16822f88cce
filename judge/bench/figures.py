"""What a benchmark found, as data."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from pydantic import Field

from judge.report import Document


class Way(StrEnum):
    """How a submission was run."""

    BASELINE = "baseline"
    """A plain subprocess a submission: no sandbox, no cache, nothing shared."""
    FLOOR = "floor"
    """The same program in one long-lived process, once it has seen every case before."""
    FILLED = "filled"
    """Jurax, compilation cache filled, the plan never seen: the reference is asked too."""
    REMEMBERED = "remembered"
    """Jurax, compilation cache filled, the reference's answers on this plan known."""
    COLD = "cold"
    """Jurax, compilation cache empty, the plan never seen."""
    SERVED = "served"
    """Jurax's service, over HTTP."""


class Latency(Document):
    """Milliseconds from the call to the answer. With few samples the high percentiles say little
    more than the maximum."""

    p50: float
    p95: float
    p99: float
    samples: tuple[float, ...]

    @classmethod
    def of(cls, samples: Sequence[float]) -> Latency:
        p50, p95, p99 = (round(float(p), 1) for p in np.percentile(samples, (50, 95, 99)))
        return cls(p50=p50, p95=p95, p99=p99, samples=tuple(round(s, 1) for s in samples))


class Cost(Document):
    """What one submission used. Of Jurax's ways: of the orchestrator and of every process of the
    jail, up to the last case's end.

    ``memory_mb`` is the proportional set size of the processes that the submission added, together;
    of the baseline the peak resident size. ``largest_mb`` is that of the largest of them,
    ``standing_mb`` of what is there without a submission: the zygote and its launchers.
    """

    cpu_s: float
    memory_mb: float | None = None
    largest_mb: float | None = None
    standing_mb: float | None = None


class FormFigures(Document):
    """One accepted form of the program."""

    form: str
    latency: dict[Way, Latency]
    cost: dict[Way, Cost]
    steps_ms: dict[str, float] = Field(description="Of the way `filled`: medians of its steps.")

    def faster_than_baseline(self, way: Way) -> float:
        """How many times faster ``way`` is than the baseline, medians."""
        return self._ratio(Way.BASELINE, way)

    def times_floor(self, way: Way) -> float:
        """How many times the floor ``way`` takes, medians."""
        return self._ratio(way, Way.FLOOR)

    def _ratio(self, above: Way, below: Way) -> float:
        return round(self.latency[above].p50 / self.latency[below].p50, 2)


class Throughput(Document):
    """Submissions a minute with ``clients`` at once, each plan another one."""

    way: Way
    form: str
    clients: int
    submissions: int
    seconds: float
    per_minute: float


class Machine(Document):
    """Where it was measured. ``load`` is the load average of the last minute, before and after:
    above what the benchmark itself causes, others were working too."""

    cores: int
    processor: str
    memory_gb: float
    kernel: str
    runtime: str
    limits: str
    commit: str | None
    load: tuple[float, float]


class EngineFigures(Document):
    """What the engine does without a service, on one plan."""

    plan_seed: int
    pool_epoch: int
    cases: int
    rounds: int
    stopped_early: bool
    forms: tuple[FormFigures, ...]
    ratios: dict[str, dict[str, float]]
    throughput: tuple[Throughput, ...]


def ratios(forms: Sequence[FormFigures]) -> dict[str, dict[str, float]]:
    """By form: of each measured way the speed over the baseline and the multiple of the floor."""
    found: dict[str, dict[str, float]] = {}
    for form in forms:
        ways = [way for way in form.latency if way not in (Way.BASELINE, Way.FLOOR)]
        found[form.form] = {
            **{f"baseline/{way}": form.faster_than_baseline(way) for way in ways},
            **{f"{way}/floor": form.times_floor(way) for way in ways},
        }
    return found
