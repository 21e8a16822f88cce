"""Runs one submission case by case in sandboxed processes: a fresh one after each that died."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from judge.answer import Answer, Ended, Ending
from judge.case import Case, Transformation
from judge.package import Package
from judge.sandbox.backend import Process
from judge.sandbox.policy import Limits
from judge.sandbox.process import Costed, Loaded

Spawn = Callable[[], Process]

PROGRAM = "submission"
ANSWERS_MB = 512
"""Bounds the answers of one attempt together, which are kept until it is diagnosed, in MiB."""
_FURTHER_REQUESTS = 6
"""At most: two loads, three transformations, the cost."""


class Execution:
    """One submission being judged. Use as a context manager, from one thread.

    Cases after a death run in a fresh process as long as the time lost in deaths is below the wall
    clock limit of one case; so that a program that dies on every case costs no more than one that
    hangs once.
    """

    def __init__(
        self,
        spawn: Spawn,
        package: Package,
        source: str,
        process: Process | None = None,
    ) -> None:
        """``process`` is one that was prepared before, which this execution then owns."""
        self._spawn = spawn
        self._package = package
        self._source = source
        self._lost_ms = 0.0
        self._room = ANSWERS_MB << 20
        self._process = process or spawn()
        self.device = self._process.device

    def __enter__(self) -> Execution:
        return self

    def __exit__(self, *details: object) -> None:
        self._process.close()

    def load(self) -> Loaded:
        """Compiles and executes the source in the current process."""
        spec = self._package.spec
        names = spec.parameters
        loaded = self._process.load(PROGRAM, self._source, spec.entry, names)
        if loaded.ended is not None:
            self._lost_ms += loaded.wall_ms
        return loaded

    def call(self, case: Case) -> Answer | None:
        """The answer to one case; None where it was not run because earlier deaths used the time
        up. Over the limit of all answers together, the end of the output takes its place."""
        trace = self._package.spec.trace
        answer = self._ask(
            lambda process: process.call(PROGRAM, case.inputs, trace.observe, sown=trace.sown)
        )
        if answer is None:
            return None
        self._room -= answer.nbytes
        if self._room >= 0:
            return answer
        why = f"the answers to all cases together are larger than {ANSWERS_MB} MiB"
        ended = Ended(Ending.ANSWERS, why)
        return Answer(answer.wall_ms, ended=ended, stdout=answer.stdout, stderr=answer.stderr)

    def transform(self, asked: Transformation) -> Answer | None:
        """The answer under a transformation; None as for ``call``."""
        return self._ask(lambda process: process.transform(PROGRAM, asked))

    def cost(self, case: Case, static: Sequence[str]) -> Costed | None:
        """What the program takes on one case; None where no process is left to say it."""
        if not self._process.alive and (self._restart() or not self._process.alive):
            return None
        return self._process.cost(PROGRAM, case.inputs, static)

    def _ask(self, ask: Callable[[Process], Answer]) -> Answer | None:
        if not self._process.alive and (failed := self._restart()):
            return failed
        if not self._process.alive:
            return None
        answer = ask(self._process)
        if answer.ended is not None:
            self._lost_ms += answer.wall_ms
        return answer

    def _restart(self) -> Answer | None:
        """A fresh process with the program loaded. An answer only where the load went wrong."""
        if self._lost_ms >= self._package.spec.limits.wall_s * 1000:
            return None
        self._process.close()
        self._process = self._spawn()
        loaded = self.load()
        if loaded.ended is None and loaded.failure is None:
            return None
        why = loaded.ended or Ended(Ending.PROTOCOL, "the program did not load a second time")
        return Answer(loaded.wall_ms, ended=why, stdout=loaded.stdout, stderr=loaded.stderr)


def limits_of(package: Package) -> Limits:
    """The package's limits as the sandbox takes them."""
    declared = package.spec.limits
    cases = sum(group.cases for group in package.spec.groups)
    return Limits(
        wall_s=float(declared.wall_s),
        cpu_s=float(declared.cpu_s),
        # A spare is warmed on every case's shapes before.
        run_cpu_s=float(declared.cpu_s) * (2 * cases + _FURTHER_REQUESTS),
        memory_mb=declared.memory_mb,
        output_kb=declared.output_kb,
    )
