"""Cases side by side: each is run once, by whom it was prepared for, and company is no fault."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from judge.answer import Answer, Ended, Ending
from judge.case import Case
from judge.execution import Execution, Prepared, limits_of
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw
from judge.sandbox.process import SandboxedProcess

pytestmark = pytest.mark.sandbox

COUNTS = """
count = 0
def solve(seed, x, num_layers, features):
    global count
    count += 1
    return x.sum() * 0 + count
"""
DIES_ON_ONE_LAYER = """
import os
def solve(seed, x, num_layers, features):
    if num_layers == 1:
        os._exit(3)
    return x
"""
HANGS_AFTER_ONE = """
def solve(seed, x, num_layers, features):
    global count
    if "count" in globals():
        while True:
            pass
    count = 1
    return x
"""


def returned(answer: Answer | None) -> float:
    assert answer is not None
    assert answer.output is not None
    return float(answer.output.leaves[0].value)


class TestSideBySide:
    def run(
        self, judge: Judge, package: Package, source: str, lanes: int
    ) -> dict[int, Answer | None]:
        cases = draw(package, 3).cases
        spawn = judge._jail("cpu").spawn
        with Execution(lambda: spawn(limits_of(package)), package, source, lanes=lanes) as running:
            assert running.load().failure is None
            found = list(running.answers(cases))
        assert sorted(case.index for case, _ in found) == [case.index for case in cases]
        return {case.index: answer for case, answer in found}

    def test_every_case_is_run_once_in_one_of_the_processes(
        self, judge: Judge, package: Package
    ) -> None:
        answers = self.run(judge, package, COUNTS, lanes=3)
        counts = sorted(returned(answer) for answer in answers.values())
        # Three processes that each count from one.
        assert counts.count(1.0) == 3
        assert len(counts) == len(answers)

    def test_after_a_death_the_other_cases_run(self, judge: Judge, package: Package) -> None:
        answers = self.run(judge, package, DIES_ON_ONE_LAYER, lanes=2)
        cases = {case.index: case for case in draw(package, 3).cases}
        for index, answer in answers.items():
            assert answer is not None
            dies = cases[index].inputs["num_layers"] == 1
            assert (answer.ended is not None) == dies

    def test_a_prepared_process_runs_the_cases_it_was_prepared_for(
        self, judge: Judge, package: Package
    ) -> None:
        cases = draw(package, 3).cases[:3]
        prepared = [
            Prepared(judge._jail("cpu").spawn(limits_of(package)), frozenset(share))
            for share in ({0, 2}, {1})
        ]
        with Execution(
            lambda: judge._jail("cpu").spawn(limits_of(package)), package, COUNTS, prepared=prepared
        ) as running:
            assert running.load().failure is None
            counts = {case.index: returned(answer) for case, answer in running.answers(cases)}
        assert counts == {0: 1.0, 1: 1.0, 2: 2.0}

    def test_who_stops_asking_waits_for_nobody(self, judge: Judge, package: Package) -> None:
        cases = draw(package, 3).cases
        spawned: list[SandboxedProcess] = []

        def spawn() -> SandboxedProcess:
            process = judge._jail("cpu").spawn(limits_of(package))
            assert isinstance(process, SandboxedProcess)
            spawned.append(process)
            return process

        with Execution(spawn, package, HANGS_AFTER_ONE, lanes=2) as running:
            assert running.load().failure is None
            with closing(running.answers(cases)) as answers:
                _, first = next(answers)
                assert first is not None
                assert first.ended is None
            endings = {process._connection._ended for process in spawned}
            # None ended by the clock, and none is left.
            assert {each and each.ending for each in endings} == {Ending.CRASHED}


class TestOnceMore:
    """Real processes, and answers that say that they waited for a core."""

    def late(self, waited_s: float | None) -> Answer:
        return Answer(10_000.0, ended=Ended(Ending.TIME, "the wall-clock limit", waited_s))

    def execution(self, judge: Judge, package: Package, source: str) -> Execution:
        return Execution(lambda: judge._jail("cpu").spawn(limits_of(package)), package, source)

    def test_who_was_late_for_want_of_a_core_is_asked_again(
        self, judge: Judge, package: Package
    ) -> None:
        cases = draw(package, 3).cases[:3]
        with self.execution(judge, package, COUNTS) as running:
            running.load()
            running._budget.lose(60_000)
            again = running._once_more(
                [(cases[0], None), (cases[1], self.late(9.0)), (cases[2], self.late(9.0))]
            )
            counts = {case.index: returned(answer) for case, answer in again}
        assert counts == {1: 1.0, 0: 2.0, 2: 3.0}

    def test_who_is_late_again_is_late(self, judge: Judge, package: Package) -> None:
        limits = package.spec.limits.model_copy(update={"wall_s": 0.5})
        hasty = replace(package, spec=package.spec.model_copy(update={"limits": limits}))
        cases = draw(package, 3).cases[:2]
        source = "def solve(seed, x, num_layers, features):\n    while True: pass\n"
        with self.execution(judge, hasty, source) as running:
            running.load()
            first: list[tuple[Case, Answer | None]] = [
                (cases[0], self.late(9.0)),
                (cases[1], None),
            ]
            again = {case.index: answer for case, answer in running._once_more(first)}
        assert again[0] is not None
        assert again[0].ended is not None
        assert again[0].ended.ending is Ending.TIME
        assert again[1] is None

    @pytest.mark.parametrize(
        ("waited_s", "starved"), [(0.0, False), (2.0, False), (9.0, True), (None, True)]
    )
    def test_only_who_waited_is_asked_again(
        self, judge: Judge, package: Package, waited_s: float | None, starved: bool
    ) -> None:
        with self.execution(judge, package, COUNTS) as running:
            assert running._starved(self.late(waited_s)) is starved

    def test_the_wait_of_a_busy_process_is_told(self, judge: Judge, package: Package) -> None:
        process = judge._jail("cpu").spawn(limits_of(package))
        assert isinstance(process, SandboxedProcess)
        with process:
            waited = process._connection._handle.waited_seconds()
        assert waited is not None
        assert 0 <= waited < 60
        assert np.isfinite(waited)
