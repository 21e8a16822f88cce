"""Spares: a plan drawn, its expected values known, processes warmed on its shapes, before any
submission has come.

One thread prepares, one spare at a time, and only while nothing is being judged: it stops between
two calls when a submission arrives. Each spare serves one submission.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from judge.case import Plan
from judge.errors import JudgeError
from judge.execution import Prepared
from judge.package import Package

Key = tuple[str, str, int | None]

_RECENT_S = 60.0


@dataclass(frozen=True)
class Spare:
    """A plan that nobody has met, and processes that have compiled what its shapes need, each
    for some of its cases."""

    plan: Plan
    prepared: tuple[Prepared, ...]

    @property
    def running(self) -> bool:
        """Whether all its processes still run."""
        return all(each.process.running for each in self.prepared)

    def close(self) -> None:
        """Ends its processes."""
        for each in self.prepared:
            each.process.close()


class Interrupted(Exception):
    """Preparing was given up since the judge is closing."""


GiveWay = Callable[[], None]
Prepare = Callable[[Package, str, int | None, GiveWay], Spare]
Study = Callable[[Package, str, Plan, GiveWay], None]


@dataclass
class _Wish:
    """A problem that submissions are expected to, each on a fresh plan or all on that of
    ``plan_seed``: when some came of late, the spares that wait for the next, and the seeds of the
    plans that were studied."""

    package: Package
    backend: str
    plan_seed: int | None
    came: deque[float] = field(default_factory=deque)
    ready: list[Spare] = field(default_factory=list)
    studied: set[int] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.package.sha256, self.backend, self.plan_seed

    def wants_more(self) -> bool:
        """One spare is for whoever comes, and one more for each who came in the last minute."""
        while self.came and self.came[0] < time.monotonic() - _RECENT_S:
            self.came.popleft()
        return len(self.ready) < 1 + len(self.came)

    def take(self) -> Spare:
        spare = self.ready.pop(0)
        if self.plan_seed is None:
            self.studied.discard(spare.plan.seed)
        return spare

    def unstudied(self) -> Spare | None:
        return next((each for each in self.ready if each.plan.seed not in self.studied), None)

    def close(self) -> None:
        for spare in self.ready:
            spare.close()


class SparePool:
    """Keeps ``size`` spares in all, for the problems that were asked for last. Thread-safe.

    ``prepare(package, backend, plan_seed, give_way)`` makes a spare; ``study(package, backend,
    plan, give_way)`` computes what a diagnosis will ask about its plan, once no spare is missing.
    Both call ``give_way`` often, which waits while something is being judged.
    """

    def __init__(self, prepare: Prepare, study: Study, size: int) -> None:
        self._prepare = prepare
        self._study = study
        self._size = size
        self._wishes: OrderedDict[Key, _Wish] = OrderedDict()
        self._judging = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="spares", daemon=True)
        if size > 0:
            self._thread.start()

    def want(self, package: Package, backend: str, plan_seed: int | None = None) -> None:
        """Notes that submissions to this problem are likely, on the plan of a seed that all meet or
        each on a fresh one; the oldest wish gives way."""
        with self._changed:
            self._wish(package, backend, plan_seed)
            self._changed.notify_all()

    def take(self, package: Package, backend: str, plan_seed: int | None = None) -> Spare | None:
        """A spare that is alive, or None; another one is prepared for the next. On the plan of a
        seed only where that was wanted: a seed that somebody chose once comes once."""
        with self._changed:
            if plan_seed is None:
                self._wish(package, backend, None)
            wish = self._wishes.get((package.sha256, backend, plan_seed))
            if wish is None:
                return None
            wish.came.append(time.monotonic())
            self._changed.notify_all()
            while wish.ready:
                spare = wish.take()
                if spare.running:
                    return spare
                spare.close()
        return None

    def ready(self, package: Package, backend: str, plan_seed: int | None = None) -> int:
        """How many spares wait for this problem."""
        with self._changed:
            wish = self._wishes.get((package.sha256, backend, plan_seed))
            return len(wish.ready) if wish is not None else 0

    def all_ready(self) -> int:
        """How many spares wait in all."""
        with self._changed:
            return sum(len(wish.ready) for wish in self._wishes.values())

    @contextmanager
    def judging(self) -> Iterator[int]:
        """While something is being judged, nothing is prepared. Gives the number of attempts that
        are being judged now, this one included."""
        with self._changed:
            self._judging += 1
            attempts = self._judging
        try:
            yield attempts
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
        for wish in self._wishes.values():
            wish.close()
        self._wishes.clear()

    def _wish(self, package: Package, backend: str, plan_seed: int | None) -> _Wish:
        new = _Wish(package, backend, plan_seed)
        wish = self._wishes.setdefault(new.key, new)
        self._wishes.move_to_end(wish.key)
        while len(self._wishes) > max(1, self._size):
            self._wishes.popitem(last=False)[1].close()
        return wish

    def _work(self) -> None:
        with suppress(Interrupted):
            while True:
                self._next()()

    def _next(self) -> Callable[[], None]:
        """What is to be done, once there is something and nothing is being judged."""
        with self._changed:
            while True:
                if self._closed:
                    raise Interrupted
                task = self._task() if not self._judging else None
                if task is not None:
                    return task
                self._changed.wait()

    def _task(self) -> Callable[[], None] | None:
        """The latest wish without any spare, else the latest that could use one more where there is
        room, else the latest that was not studied."""
        latest = list(reversed(self._wishes.values()))
        held = sum(len(wish.ready) for wish in latest)
        for wish in latest:
            if not wish.ready:
                if held >= self._size:
                    max(latest, key=lambda other: len(other.ready)).take().close()
                return lambda: self._make(wish)
        for wish in latest:
            if held < self._size and wish.wants_more():
                return lambda: self._make(wish)
        for wish in latest:
            spare = wish.unstudied()
            if spare is not None:
                wish.studied.add(spare.plan.seed)
                return lambda: self._look_into(wish, spare.plan)
        return None

    def _make(self, wish: _Wish) -> None:
        try:
            spare = self._prepare(wish.package, wish.backend, wish.plan_seed, self._give_way)
        except (JudgeError, OSError, ValueError):
            self._give_up(wish)
            return
        with self._changed:
            if self._wishes.get(wish.key) is wish and not self._closed:
                wish.ready.append(spare)
                return
        spare.close()

    def _look_into(self, wish: _Wish, plan: Plan) -> None:
        try:
            self._study(wish.package, wish.backend, plan, self._give_way)
        except (JudgeError, OSError, ValueError):
            self._give_up(wish)

    def _give_up(self, wish: _Wish) -> None:
        """The next submission meets the same error and reports it; asking again would not help, and
        this thread has other problems to prepare."""
        with self._changed:
            if self._wishes.get(wish.key) is wish:
                self._wishes.pop(wish.key).close()

    def _give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._judging)
            if self._closed:
                raise Interrupted
