"""One line of processes that run a submission's cases, one after another: a fresh process after
each that died."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from judge.answer import Answer, Ended, Ending
from judge.case import Case, Transformation
from judge.package import Package
from judge.sandbox.backend import Process
from judge.sandbox.process import Costed, Loaded

Spawn = Callable[[], Process]

PROGRAM = "submission"
ANSWERS_MB = 512
"""Bounds the answers of one attempt together, which are kept until it is diagnosed, in MiB."""


class Budget:
    """What an attempt may still use, all its lanes together. Thread-safe.

    Time lost in deaths is bounded by the wall clock limit of one case, so that a program that dies
    on every case costs no more than one that hangs once.
    """

    def __init__(self, wall_s: float) -> None:
        self._lost_ms = 0.0
        self._allowed_ms = wall_s * 1000
        self._room = ANSWERS_MB << 20
        self._lock = threading.Lock()

    @property
    def allows_a_restart(self) -> bool:
        with self._lock:
            return self._lost_ms < self._allowed_ms

    def lose(self, wall_ms: float) -> None:
        """Notes time that ended in a death."""
        with self._lock:
            self._lost_ms += wall_ms

    def forgive(self) -> None:
        """Forgets the time that was lost."""
        with self._lock:
            self._lost_ms = 0.0

    def keep(self, nbytes: int) -> bool:
        """Takes room for an answer; whether there was enough."""
        with self._lock:
            self._room -= nbytes
            return self._room >= 0


class Lane:
    """Runs one case at a time. Use from one thread at a time; close it.

    ``process`` is one that was prepared before, which the lane then owns; without one it starts one
    when there is something to run.
    """

    def __init__(
        self,
        spawn: Spawn,
        package: Package,
        source: str,
        budget: Budget,
        process: Process | None = None,
    ) -> None:
        self._spawn = spawn
        self._package = package
        self._source = source
        self._budget = budget
        self._process = process
        self._loaded = False
        self._killed = False

    def start(self) -> Process:
        """The process that runs the next case, a fresh one where there is none that could."""
        if self._process is None or not self._process.alive:
            self.close()
            self._process, self._loaded = self._spawn(), False
            if self._killed:
                self._process.kill()
        return self._process

    def load(self) -> Loaded:
        """Compiles and executes the source in the current process."""
        spec = self._package.spec
        loaded = self.start().load(PROGRAM, self._source, spec.entry, spec.parameters)
        self._loaded = loaded.ended is None and loaded.failure is None
        if loaded.ended is not None:
            self._budget.lose(loaded.wall_ms)
        return loaded

    def call(self, case: Case) -> Answer | None:
        """The answer to one case; None where it was not run because earlier deaths used the time
        up. Over the room for all answers together, the end of the output takes its place."""
        trace = self._package.spec.trace
        answer = self._ask(
            lambda process: process.call(PROGRAM, case.inputs, trace.observe, sown=trace.sown)
        )
        if answer is None or self._budget.keep(answer.nbytes):
            return answer
        why = f"the answers to all cases together are larger than {ANSWERS_MB} MiB"
        ended = Ended(Ending.ANSWERS, why)
        return Answer(answer.wall_ms, ended=ended, stdout=answer.stdout, stderr=answer.stderr)

    def transform(self, asked: Transformation) -> Answer | None:
        """The answer under a transformation; None as for ``call``."""
        return self._ask(lambda process: process.transform(PROGRAM, asked))

    def cost(self, case: Case, static: Sequence[str]) -> Costed | None:
        """What the program takes on one case; None where no process is left to say it."""
        if self._make_ready() is not None:
            return None
        process = self._process
        if process is None or not process.alive:
            return None
        return process.cost(PROGRAM, case.inputs, static)

    def kill(self) -> None:
        """Kills the process, and one that is being started, without waiting for its end. From any
        thread."""
        self._killed = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.close()

    def _ask(self, ask: Callable[[Process], Answer]) -> Answer | None:
        failed = self._make_ready()
        if failed is not None:
            return failed
        process = self._process
        if process is None or not process.alive:
            return None
        answer = ask(process)
        if answer.ended is not None:
            self._budget.lose(answer.wall_ms)
        return answer

    def _make_ready(self) -> Answer | None:
        """Has the program loaded in a process that lives, where the time lost allows one. An answer
        only where the load went wrong."""
        if self._loaded and self._process is not None and self._process.alive:
            return None
        if self._killed or not self._budget.allows_a_restart:
            return None
        loaded = self.load()
        if self._loaded:
            return None
        why = loaded.ended or Ended(Ending.PROTOCOL, "the program did not load a second time")
        return Answer(loaded.wall_ms, ended=why, stdout=loaded.stdout, stderr=loaded.stderr)
