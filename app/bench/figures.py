"""What a benchmark of the whole service found, as data."""

from __future__ import annotations

from pydantic import Field

from judge.bench.figures import EngineFigures, Latency, Machine, Throughput
from judge.report import Document

BENCH_FORMAT = "jurax-bench/2"


class Served(Document):
    """One program over HTTP, against a plain process on the same plan: `served` is from the request
    to the report, `baseline` and `floor` as in judge.bench.figures.Way, on as many plans."""

    form: str
    jitted: bool
    never_seen: bool = Field(description="whether something is compiled that no cache can hold")
    served: Latency
    baseline: Latency
    floor: Latency
    prepared: int = Field(description="how many of the reports say that a spare was used")
    steps_ms: dict[str, float] = Field(
        description="medians of the report's timing; `outside` is what the whole took beside it"
    )

    @property
    def faster_than_baseline(self) -> float:
        """How many times faster than the baseline, medians."""
        return round(self.baseline.p50 / self.served.p50, 2)


class Memory(Document):
    """Proportional set sizes in units of 2**20 bytes, of a service at rest that has judged: of its
    own process, the database's, the worker and all sandboxes. ``processes`` are the sandboxes' own,
    the largest first. Null where the kernel does not show them."""

    spares: int
    service: float | None
    database: float | None
    worker: float | None
    sandboxes: float | None
    processes: tuple[float, ...]

    @property
    def total(self) -> float | None:
        """All of it; None where a part is not known."""
        parts = (self.service, self.database, self.worker, self.sandboxes)
        known = [part for part in parts if part is not None]
        return round(sum(known), 1) if len(known) == len(parts) else None


class Rounds(Document):
    """Every program over HTTP at a service that keeps so many spares; and what one submission of
    the first form costs, the preparation of the next spare included."""

    spares: int
    forms: tuple[Served, ...]
    cpu_s: float


class Arrivals(Document):
    """Submissions of one form at times of a Poisson process."""

    form: str
    mean_s: float
    latency: Latency
    prepared: int


ALL = "all"
"""The name of the figures on all kinds of request together."""


class Saturation(Document):
    """Submissions in a closed loop, and meanwhile requests that judge nothing, by their kind."""

    baseline: Throughput
    served: Throughput
    prepared: int
    idle: dict[str, Latency]
    saturated: dict[str, Latency]


class Command(Document):
    """`jurax grade` from its start to its end, against a plain process on the same plan."""

    form: str
    command: Latency
    baseline: Latency

    @property
    def faster(self) -> float:
        """How many times faster than the baseline, medians."""
        return round(self.baseline.p50 / self.command.p50, 2)


class Streaming(Document):
    """Milliseconds from a case's end in the worker to its event at a client. Left out are
    ``before`` cases that ended before the client's stream was open."""

    form: str
    latency: Latency
    before: int


class Target(Document):
    """One of the product's targets; ``met`` is null where it was not measured."""

    what: str
    target: str
    measured: str
    met: bool | None


class Figures(Document):
    """The parts that were measured."""

    engine: EngineFigures | None = None
    command: Command | None = None
    spares: Rounds | None = None
    arrivals: Arrivals | None = None
    saturation: Saturation | None = None
    no_spares: Rounds | None = None
    memory: tuple[Memory, Memory] | None = Field(
        default=None, description="with as many spares as the target names, and with none"
    )
    streaming: Streaming | None = None


class BenchReport(Document):
    """All that one run of the benchmark found."""

    format: str = BENCH_FORMAT
    problem: str
    package_sha256: str
    cases: int
    stopped_early: bool
    machine: Machine
    targets: tuple[Target, ...]
    figures: Figures
