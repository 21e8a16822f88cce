"""Prepares a spare: public code warms its processes on a plan's shapes, and on no value of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from judge.case import Case, Plan
from judge.execution import Prepared
from judge.package import Package
from judge.sandbox.backend import Process
from judge.spares import Spare
from judge.spec import ScalarInput
from judge.warm import WarmupFailed, warmup_answers

Shares = Sequence[frozenset[int]]
"""The indices of the cases that each process is for."""


def shares(took_ms: Mapping[int, float], processes: int) -> Shares:
    """Deals cases, which took so long by their index, to at most so many processes: the longest
    first, each to the one that has least to do."""
    dealt: list[set[int]] = [set() for _ in range(min(processes, len(took_ms)))]
    load = [0.0] * len(dealt)
    for index in sorted(took_ms, key=lambda index: -took_ms[index]):
        least = load.index(min(load))
        dealt[least].add(index)
        load[least] += took_ms[index]
    return [frozenset(each) for each in dealt]


def prepare(
    package: Package,
    plan: Plan,
    shares: Shares,
    spawn: Callable[[], Process],
    give_way: Callable[[], None],
) -> Spare:
    """A spare of one process for each share, warmed side by side; ``give_way`` is called before
    each case. Raises WarmupFailed where the warm-up does not run: that is the author's."""
    with ExitStack() as undo, ThreadPoolExecutor(len(shares)) as threads:
        prepared = []
        for share in shares:
            process = spawn()
            undo.callback(process.close)
            prepared.append(Prepared(process, share))
        done = [
            threads.submit(
                warm_up,
                each.process,
                package,
                [case for case in plan.cases if case.index in each.cases],
                give_way,
            )
            for each in prepared
        ]
        for future in done:
            future.result()
        undo.pop_all()
    return Spare(plan, tuple(prepared))


def warm_up(
    process: Process, package: Package, cases: Sequence[Case], give_way: Callable[[], None]
) -> None:
    """Runs the public warm-up in a process that a submission will get, on the shapes of these
    cases. Raises WarmupFailed."""

    def blank() -> Iterator[Case]:
        for case in cases:
            give_way()
            yield without_values(package, case)

    for answer in warmup_answers(process, package, blank()):
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
