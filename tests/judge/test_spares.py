"""Spares on the real judge: prepared beforehand, used once, replaced."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from judge.case import Plan
from judge.errors import JudgeError
from judge.execution import Prepared, limits_of
from judge.grade import grade
from judge.judge import Judge, JudgeSettings
from judge.package import Package
from judge.plan import draw
from judge.prepare import prepare, shares, without_values
from judge.report import Report
from judge.sandbox.backend import Process
from judge.spares import GiveWay, Spare, SparePool
from judge.verdict import Verdict

# What the module's tests share is made once, by one worker.
pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("spares")]


def wait_for(condition: Callable[[], bool]) -> None:
    """Bounded by the test's own time-out."""
    while not condition():
        threading.Event().wait(0.02)


@pytest.fixture(scope="module")
def ready(judge: Judge, package: Package) -> Iterator[Judge]:
    """A judge that keeps one spare; the suite's own has filled the compilation cache."""
    with Judge(JudgeSettings(spares=1)) as made:
        made.spares.want(package, "cpu")
        yield made


def known(package: Package, name: str) -> str:
    return next(k.source for k in package.submissions if k.name == name)


class TestJudging:
    def graded(self, ready: Judge, package: Package, name: str) -> Report:
        wait_for(lambda: ready.spares.ready(package, "cpu") == 1)
        return grade(package, known(package, name), judge=ready)

    def test_verdicts_are_the_same_and_each_has_a_plan_of_its_own(
        self, ready: Judge, package: Package
    ) -> None:
        right = self.graded(ready, package, "compact_dict_spread")
        wrong = self.graded(ready, package, "dense_0")
        assert right.environment.prepared
        assert right.verdict is Verdict.AC
        assert (wrong.verdict, wrong.diagnosis and wrong.diagnosis.pitfall) == (
            Verdict.WA,
            "first-layer-zeroed",
        )
        assert right.plan_seed != wrong.plan_seed

    def test_a_spare_that_died_is_not_given_out(self, ready: Judge, package: Package) -> None:
        wait_for(lambda: ready.spares.ready(package, "cpu") == 1)
        dead = ready.spares.take(package, "cpu")
        assert dead is not None
        dead.prepared[-1].process.close()
        assert not dead.running
        dead.close()
        assert self.graded(ready, package, "compact_dict_spread").verdict is Verdict.AC

    def test_a_chosen_plan_takes_no_spare(self, ready: Judge, package: Package) -> None:
        wait_for(lambda: ready.spares.ready(package, "cpu") == 1)
        report = grade(package, package.reference, judge=ready, plan_seed=0, groups=["sample"])
        assert not report.environment.prepared
        assert report.plan_seed == 0
        assert ready.spares.take(package, "cpu", 0) is None
        assert ready.spares.ready(package, "cpu") == 1

    def test_a_plan_that_all_meet_has_spares_of_its_own(self, package: Package) -> None:
        with Judge(JudgeSettings(spares=1)) as judge:
            judge.spares.want(package, "cpu", 7)
            wait_for(lambda: judge.spares.ready(package, "cpu", 7) == 1)
            assert judge.spares.ready(package, "cpu") == 0
            source = known(package, "compact_dict_spread")
            report = grade(package, source, judge=judge, plan_seed=7)
            assert report.environment.prepared
            assert (report.plan_seed, report.verdict) == (7, Verdict.AC)
            wait_for(lambda: judge.spares.ready(package, "cpu", 7) == 1)


class TestWarmUp:
    def test_shapes_and_static_inputs_stay_and_no_value_does(self, package: Package) -> None:
        for case in draw(package, 5).cases:
            blank = without_values(package, case).inputs
            x, given = blank["x"], case.inputs["x"]
            assert isinstance(x, np.ndarray)
            assert isinstance(given, np.ndarray)
            assert (x.shape, x.dtype) == (given.shape, given.dtype)
            assert np.all(x == 1)
            assert blank["seed"] == 0
            assert blank["num_layers"] == case.inputs["num_layers"]

    def test_a_package_whose_warm_up_does_not_load_is_told(
        self, judge: Judge, package: Package
    ) -> None:
        broken = replace(package, warmup="def other(): pass")
        plan, all_cases = draw(package, 1), frozenset(range(2))
        made: list[Process] = []

        def spawn() -> Process:
            made.append(judge._jail("cpu").spawn(limits_of(package)))
            return made[-1]

        with pytest.raises(JudgeError, match="does not load"):
            prepare(broken, plan, [all_cases, frozenset()], spawn, lambda: None)
        assert [process.running for process in made] == [False, False]

    def test_cases_are_dealt_so_that_all_processes_end_together(self) -> None:
        took_ms = {0: 10.0, 1: 80.0, 2: 30.0, 3: 40.0}
        assert shares(took_ms, 2) == [frozenset({1}), frozenset({0, 2, 3})]
        assert shares(took_ms, 9) == [frozenset({n}) for n in (1, 3, 2, 0)]
        assert shares(took_ms, 1) == [frozenset({0, 1, 2, 3})]


class TestPool:
    """The pool alone, with real processes and an own way to prepare."""

    @pytest.fixture
    def made(self, judge: Judge, package: Package) -> Callable[[int], Spare]:
        def make(seed: int) -> Spare:
            process = judge._jail("cpu").spawn(limits_of(package))
            return Spare(Plan(seed, 0, ()), (Prepared(process, frozenset()),))

        return make

    def test_nothing_is_prepared_while_something_is_judged(
        self, package: Package, made: Callable[[int], Spare]
    ) -> None:
        asked, going_on = threading.Event(), threading.Event()

        def prepares(wanted: Package, backend: str, seed: int | None, give_way: GiveWay) -> Spare:
            asked.set()
            give_way()
            going_on.set()
            return made(1)

        with closing(SparePool(prepares, studies_nothing, size=1)) as pool:
            with pool.judging() as attempts:
                assert attempts == 1
                pool.want(package, "cpu")
                assert not asked.wait(0.2)
            assert going_on.wait(30)
            wait_for(lambda: pool.ready(package, "cpu") == 1)

    @pytest.mark.parametrize("error", [JudgeError("its warm-up fails"), OSError("no descriptor")])
    def test_a_package_that_cannot_be_prepared_is_left_alone(
        self, package: Package, error: Exception
    ) -> None:
        tried = []

        def prepares(wanted: Package, backend: str, seed: int | None, give_way: GiveWay) -> Spare:
            tried.append(wanted)
            raise error

        with closing(SparePool(prepares, studies_nothing, size=1)) as pool:
            pool.want(package, "cpu")
            wait_for(lambda: len(tried) == 1)
            assert pool.ready(package, "cpu") == 0

            def tried_again() -> bool:
                """Asked for once more, since the first wish may only now be given up."""
                pool.want(package, "cpu")
                return len(tried) > 1

            wait_for(tried_again)

    def test_a_pool_of_none_prepares_none(self, package: Package) -> None:
        def prepares(wanted: Package, backend: str, seed: int | None, give_way: GiveWay) -> Spare:
            raise AssertionError

        with closing(SparePool(prepares, studies_nothing, size=0)) as pool:
            assert pool.take(package, "cpu") is None

    def test_a_problem_in_demand_has_more_and_another_keeps_one(
        self, package: Package, made: Callable[[int], Spare]
    ) -> None:
        other = replace(package, sha256="another")
        seeds = itertools.count()
        with closing(SparePool(lambda *_: made(next(seeds)), studies_nothing, size=3)) as pool:
            pool.want(package, "cpu")
            wait_for(lambda: pool.ready(package, "cpu") == 1)
            for _ in range(3):
                wait_for(lambda: pool.ready(package, "cpu") > 0)
                taken = pool.take(package, "cpu")
                assert taken is not None
                taken.close()
            wait_for(lambda: pool.ready(package, "cpu") == 3)
            pool.want(other, "cpu")
            wait_for(lambda: pool.ready(other, "cpu") == 1)
            assert pool.ready(package, "cpu") == 2

    def test_plans_are_studied_once_no_spare_is_missing(
        self, package: Package, made: Callable[[int], Spare]
    ) -> None:
        studied: list[tuple[int, int]] = []
        seeds = itertools.count()

        def study(wanted: Package, backend: str, plan: Plan, give_way: GiveWay) -> None:
            studied.append((plan.seed, pool.ready(package, "cpu")))

        with closing(SparePool(lambda *_: made(next(seeds)), study, size=1)) as pool:
            pool.want(package, "cpu")
            wait_for(lambda: studied == [(0, 1)])
            taken = pool.take(package, "cpu")
            assert taken is not None
            taken.close()
            wait_for(lambda: studied == [(0, 1), (1, 1)])


def studies_nothing(package: Package, backend: str, plan: Plan, give_way: GiveWay) -> None:
    pass
