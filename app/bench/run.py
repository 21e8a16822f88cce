"""The benchmark of the whole: every part that is asked for, one after another, in one run."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from app.bench import streaming
from app.bench.arrivals import arrive
from app.bench.command import grade_from_shell
from app.bench.cost import memory_of
from app.bench.figures import BenchReport, Command, Figures, Memory, Rounds, Streaming
from app.bench.parts import Part
from app.bench.rounds import Plain, measure
from app.bench.saturation import saturate_service
from app.bench.service import Service, running
from app.bench.targets import MEMORY_SPARES, targets
from app.settings import Settings
from judge.bench.bench import Workload, bench
from judge.bench.machine import machine
from judge.judge import Judge, JudgeSettings
from judge.package import Package
from judge.plan import draw
from judge.report import Document
from judge.warm import Entry

DEFAULT_SPARES: int = Settings.model_fields["spares"].default


@dataclass(frozen=True)
class Whole:
    """What to measure: the parts; how many submissions arrive at random; and ``engine``, whose
    forms, rounds, clients, seed and time limit hold for all parts."""

    engine: Workload
    parts: frozenset[Part] = frozenset(Part)
    arrivals: int = 200


def run(
    package: Package, whole: Whole, settings: JudgeSettings, say: Callable[[str], None]
) -> BenchReport:
    """Runs the benchmark; ``say`` hears what is measured next. Takes from a minute to hours.
    Raises JudgeError where it cannot be carried out, or where a form is not accepted."""
    load = os.getloadavg()[0]
    say("filling the compilation cache")
    with Judge(settings) as judge:
        for entry in Entry:
            judge.warm(package, entry=entry)
        limits = judge.environment("cpu", "").sandbox["limits"]
        runtime = judge.runtime
    deadline = time.monotonic() + whole.engine.time_limit_s
    with tempfile.TemporaryDirectory(prefix="jurax-bench-") as folder:
        plain = Plain(runtime, Path(folder))
        found = _Run(package, whole, settings, plain, deadline, say).figures()
    return BenchReport(
        problem=package.slug,
        package_sha256=package.sha256,
        cases=len(draw(package, whole.engine.plan_seed).cases),
        stopped_early=time.monotonic() > deadline,
        machine=machine(runtime.name, limits, load),
        targets=targets(found),
        figures=found,
    )


@dataclass(frozen=True)
class _Run:
    package: Package
    whole: Whole
    settings: JudgeSettings
    plain: Plain
    deadline: float
    say: Callable[[str], None]

    def figures(self) -> Figures:
        found = Figures()
        # First what wants nothing of ours running.
        if self._due(Part.COMMAND):
            found = found.model_copy(update={"command": self._command()})
        if self._due(Part.ENGINE):
            engine = bench(self.package, self.whole.engine, self.settings)
            found = found.model_copy(update={"engine": engine})
        found = found.model_copy(update=self._with_spares())
        if self._due(Part.NO_SPARES):
            with self._service(0) as service:
                found = found.model_copy(update={"no_spares": self._rounds(service)})
        if self._due(Part.MEMORY):
            found = found.model_copy(update={"memory": self._memory()})
        if self._due(Part.STREAMING):
            found = found.model_copy(update={"streaming": self._streaming()})
        return found

    def _with_spares(self) -> dict[str, Document]:
        """The parts that share a service, by their field in Figures."""
        if not self.whole.parts & {Part.SPARES, Part.ARRIVALS, Part.SATURATION}:
            return {}
        found: dict[str, Document] = {}
        form = self.whole.engine.forms[0]
        seed = self.whole.engine.plan_seed
        with self._service() as service:
            if self._due(Part.SPARES):
                found["spares"] = self._rounds(service)
            if self._due(Part.SATURATION):
                found["saturation"] = saturate_service(
                    service,
                    form,
                    self.plain,
                    clients=self.whole.engine.clients,
                    plan_seed=seed,
                )
            if self._due(Part.ARRIVALS):
                found["arrivals"] = arrive(
                    service,
                    form,
                    number=self.whole.arrivals,
                    seed=seed,
                    deadline=self.deadline,
                )
        return found

    def _command(self) -> Command:
        return grade_from_shell(
            self.package,
            self.whole.engine.forms[0],
            self.plain,
            self.settings,
            rounds=self.whole.engine.rounds,
            deadline=self.deadline,
        )

    def _rounds(self, service: Service) -> Rounds:
        return measure(
            service,
            self.whole.engine.forms,
            self.plain,
            rounds=self.whole.engine.rounds,
            deadline=self.deadline,
        )

    def _streaming(self) -> Streaming:
        with self._service(log_level=streaming.LOG_LEVEL) as service:
            return streaming.listen(
                service,
                self.whole.engine.forms[0],
                rounds=self.whole.engine.rounds,
                deadline=self.deadline,
            )

    def _memory(self) -> tuple[Memory, Memory]:
        source = self.whole.engine.forms[0].source
        with self._service(MEMORY_SPARES) as service:
            some = memory_of(service, source)
        with self._service(0) as service:
            return some, memory_of(service, source)

    def _service(
        self, spares: int = DEFAULT_SPARES, log_level: str = "WARNING"
    ) -> AbstractContextManager[Service]:
        return running(self.package, self.settings, spares=spares, log_level=log_level)

    def _due(self, part: Part) -> bool:
        """Whether a part is asked for and there is time for it; says so then."""
        due = part in self.whole.parts and time.monotonic() < self.deadline
        if due:
            self.say(f"measuring: {part.value}")
        return due
