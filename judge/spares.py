"""Spares: a plan drawn, its expected values known, a process warmed on its shapes, before any
submission has come.

One thread prepares, one spare at a time, and only while nothing is being judged: it stops between
two warm-up calls when a submission arrives. Each spare serves one submission.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import numpy as np

from judge.case import Case, Plan
from judge.errors import JudgeError
from judge.package import Package
from judge.sandbox.backend import Process
from judge.spec import ScalarInput
from judge.warm import WarmupFailed, warmup_answers

Key = tuple[str, str]


@dataclass(frozen=True)
class Spare:
    """A plan that nobody has met, and a process that has compiled what its shapes need."""

    plan: Plan
    process: Process


class Interrupted(Exception):
    """Preparing was given up since the judge is closing."""


Prepare = Callable[[Package, str, Callable[[], None]], Spare]


class SparePool:
    """Keeps ``size`` spares in all, for the problems that were asked for last. Thread-safe.

    ``prepare(package, backend, give_way)`` makes a spare and calls ``give_way`` often, which waits
    while something is being judged.
    """

    def __init__(self, prepare: Prepare, size: int) -> None:
        self._prepare = prepare
        self._size = size
        self._wanted: OrderedDict[Key, Package] = OrderedDict()
        self._spares: dict[Key, list[Spare]] = {}
        self._judging = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="spares", daemon=True)
        if size > 0:
            self._thread.start()

    def want(self, package: Package, backend: str) -> None:
        """Notes that submissions to this problem are likely; the oldest wish gives way."""
        key = (package.sha256, backend)
        with self._changed:
            self._wanted.pop(key, None)
            self._wanted[key] = package
            while len(self._wanted) > self._size:
                old, _ = self._wanted.popitem(last=False)
                for spare in self._spares.pop(old, []):
                    spare.process.close()
            self._changed.notify_all()

    def take(self, package: Package, backend: str) -> Spare | None:
        """A spare that is alive, or None; another one is prepared for the next."""
        self.want(package, backend)
        with self._changed:
            waiting = self._spares.get((package.sha256, backend), [])
            while waiting:
                spare = waiting.pop()
                self._changed.notify_all()
                if spare.process.running:
                    return spare
                spare.process.close()
        return None

    def ready(self, package: Package, backend: str) -> int:
        """How many spares wait for this problem."""
        with self._changed:
            return len(self._spares.get((package.sha256, backend), []))

    @contextmanager
    def judging(self) -> Iterator[None]:
        """While something is being judged, nothing is prepared."""
        with self._changed:
            self._judging += 1
        try:
            yield
        finally:
            with self._changed:
                self._judging -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Ends the thread and every spare."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        for spares in self._spares.values():
            for spare in spares:
                spare.process.close()
        self._spares.clear()

    def _work(self) -> None:
        with suppress(Interrupted):
            while True:
                key, package = self._next()
                self._make(key, package)

    def _make(self, key: Key, package: Package) -> None:
        try:
            spare = self._prepare(package, key[1], self._give_way)
        except (JudgeError, OSError, ValueError):
            # The next submission meets the same error and reports it; asking again would not help,
            # and this thread has other problems to prepare.
            with self._changed:
                self._wanted.pop(key, None)
            return
        with self._changed:
            if key in self._wanted and not self._closed:
                self._spares.setdefault(key, []).append(spare)
                return
        spare.process.close()

    def _next(self) -> tuple[Key, Package]:
        """The latest wished-for problem that has no more than its share of spares."""
        with self._changed:
            while True:
                if self._closed:
                    raise Interrupted
                if not self._judging:
                    share = max(1, self._size // max(1, len(self._wanted)))
                    for key, package in reversed(self._wanted.items()):
                        if len(self._spares.get(key, [])) < share:
                            return key, package
                self._changed.wait()

    def _give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._judging)
            if self._closed:
                raise Interrupted


def warm_up(process: Process, package: Package, plan: Plan, give_way: Callable[[], None]) -> None:
    """Runs the public warm-up in a process that a submission will get, on the plan's shapes and
    on no value of the plan. Raises WarmupFailed where it does not run: that is the author's."""

    def cases() -> Iterator[Case]:
        for case in plan.cases:
            give_way()
            yield without_values(package, case)

    for answer in warmup_answers(process, package, cases()):
        if not process.alive:
            raise WarmupFailed(f"warmup.py of {package.slug} fails: {answer.ended}")


def without_values(package: Package, case: Case) -> Case:
    """The case with its shapes and static inputs, ones in every array, and the least value of
    every other scalar."""
    least = {
        given.name: given.range[0] if given.range else 0
        for given in package.spec.inputs
        if isinstance(given, ScalarInput) and not given.static
    }
    inputs = dict(case.inputs)
    for name, value in case.inputs.items():
        if isinstance(value, np.ndarray):
            inputs[name] = np.ones_like(value)
        elif name in least:
            inputs[name] = type(value)(least[name])
    return replace(case, inputs=inputs)
