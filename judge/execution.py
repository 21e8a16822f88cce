"""Runs one submission on the cases of a plan, in one process or in several side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from judge.answer import Answer, Ending
from judge.case import Case, Transformation
from judge.case_queues import CaseQueues
from judge.lane import Budget, Lane, Spawn
from judge.package import Package
from judge.sandbox.backend import Process
from judge.sandbox.policy import NICE, Limits
from judge.sandbox.process import Costed, Loaded

_FURTHER_REQUESTS = 6
"""At most: two loads, three transformations, the cost."""
_STARVED = 0.25
"""Of the wall clock limit: who waited for a core for longer is asked again before it is late."""

Answered = tuple[Case, Answer | None]


@dataclass(frozen=True)
class Prepared:
    """A process that has compiled what some cases of a plan need, by their indices."""

    process: Process
    cases: frozenset[int]


class Execution:
    """One submission being judged. Use as a context manager, from one thread.

    Cases run in ``lanes`` side by side; those of ``prepared`` processes where there are any, each
    case in the one that was prepared for it as far as that does not keep it waiting. Where it ends,
    its processes are killed, and ``close_later`` is given what waits until they are gone.
    """

    def __init__(
        self,
        spawn: Spawn,
        package: Package,
        source: str,
        *,
        prepared: Sequence[Prepared] = (),
        lanes: int = 1,
        close_later: Callable[[Callable[[], None]], None] = lambda close: close(),
    ) -> None:
        self._wall_s = float(package.spec.limits.wall_s)
        self._budget = Budget(self._wall_s)
        self._prepared = prepared
        self._close_later = close_later
        processes: list[Process | None] = [each.process for each in prepared]
        processes = processes or [None] * lanes
        self._lanes = [Lane(spawn, package, source, self._budget, each) for each in processes]
        self._stopped = threading.Event()
        try:
            self.device = self._first.start().device
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Execution:
        return self

    def __exit__(self, *details: object) -> None:
        self._close()

    def load(self) -> Loaded:
        """Compiles and executes the source in the first process."""
        return self._first.load()

    def call(self, case: Case) -> Answer | None:
        """The answer to one case in the first process; None where it was not run because earlier
        deaths used the time up."""
        return self._first.call(case)

    def answers(self, cases: Sequence[Case]) -> Generator[Answered]:
        """The answers to all cases as they come, each as ``call`` gives it. From then on there is
        one process. Close it where it is not wanted to its end: that ends the processes.

        Who was late and had waited for a core is asked once more when no other case runs: the
        company that a case had decides no verdict.
        """
        withheld: list[Answered] = []
        for case, answer in self._side_by_side(cases):
            if answer is None or self._starved(answer):
                withheld.append((case, answer))
            else:
                yield case, answer
        for lane in self._lanes[1:]:
            lane.kill()
        yield from self._once_more(sorted(withheld, key=lambda pair: pair[0].index))

    def transform(self, asked: Transformation) -> Answer | None:
        """The answer under a transformation; None as for ``call``."""
        return self._first.transform(asked)

    def cost(self, case: Case, static: Sequence[str]) -> Costed | None:
        """What the program takes on one case; None where no process is left to say it."""
        return self._first.cost(case, static)

    @property
    def _first(self) -> Lane:
        return self._lanes[0]

    def _close(self) -> None:
        for lane in self._lanes:
            lane.kill()
        for lane in self._lanes:
            self._close_later(lane.close)

    def _side_by_side(self, cases: Sequence[Case]) -> Iterator[Answered]:
        if len(self._lanes) == 1:
            for case in cases:
                yield case, self._first.call(case)
            return
        answered: SimpleQueue[Answered | Exception] = SimpleQueue()
        queues = CaseQueues(cases, len(self._lanes), [each.cases for each in self._prepared])
        with ThreadPoolExecutor(len(self._lanes), thread_name_prefix="lane") as threads:
            for number in range(len(self._lanes)):
                threads.submit(self._run, number, queues, answered)
            try:
                for _ in cases:
                    found = answered.get()
                    if isinstance(found, Exception):
                        raise found
                    yield found
            except BaseException:
                # Nobody wants the rest: do not wait for what runs.
                self._stopped.set()
                for lane in self._lanes:
                    lane.kill()
                raise

    def _run(
        self, number: int, queues: CaseQueues, answered: SimpleQueue[Answered | Exception]
    ) -> None:
        try:
            while not self._stopped.is_set():
                case = queues.next(number)
                if case is None:
                    return
                started = time.monotonic()
                answered.put((case, self._lanes[number].call(case)))
                queues.took(time.monotonic() - started)
        except Exception as error:
            answered.put(error)

    def _once_more(self, withheld: Sequence[Answered]) -> Iterator[Answered]:
        """What was late after it had waited for a core, and what was not run after that."""
        late = [case for case, answer in withheld if answer is not None]
        again: dict[int, Answer | None] = {}
        if late:
            self._budget.forgive()
            again[late[0].index] = answer = self._first.call(late[0])
            if not _late(answer):
                for case, _ in withheld:
                    if case is not late[0]:
                        again[case.index] = self._first.call(case)
        for case, answer in withheld:
            yield case, again.get(case.index, answer)

    def _starved(self, answer: Answer) -> bool:
        ended = answer.ended
        if ended is None or ended.ending is not Ending.TIME:
            return False
        return ended.waited_s is None or ended.waited_s > _STARVED * self._wall_s


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
        nice=NICE,
    )


def _late(answer: Answer | None) -> bool:
    return answer is not None and answer.ended is not None and answer.ended.ending is Ending.TIME
