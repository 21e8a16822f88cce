"""Spares on the real judge: prepared beforehand, used once, replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from judge.case import Plan
from judge.errors import JudgeError
from judge.execution import limits_of
from judge.grade import grade
from judge.judge import Judge, JudgeSettings
from judge.package import Package
from judge.plan import draw
from judge.report import Report
from judge.spares import Spare, SparePool, warm_up, without_values
from judge.verdict import Verdict

pytestmark = pytest.mark.sandbox


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
        dead.process.close()
        assert not dead.process.running
        assert self.graded(ready, package, "compact_dict_spread").verdict is Verdict.AC

    def test_a_chosen_plan_takes_no_spare(self, ready: Judge, package: Package) -> None:
        wait_for(lambda: ready.spares.ready(package, "cpu") == 1)
        report = grade(package, package.reference, judge=ready, plan_seed=0, groups=["sample"])
        assert not report.environment.prepared
        assert report.plan_seed == 0
        assert ready.spares.ready(package, "cpu") == 1


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
        from dataclasses import replace

        broken = replace(package, warmup="def other(): pass")
        with (
            judge.execution(package, "", "cpu") as execution,
            pytest.raises(JudgeError, match="does not load"),
        ):
            warm_up(execution._process, broken, draw(package, 1), lambda: None)


class TestPool:
    """The pool alone, with real processes and an own way to prepare."""

    def test_nothing_is_prepared_while_something_is_judged(
        self, judge: Judge, package: Package
    ) -> None:
        asked, going_on = threading.Event(), threading.Event()

        def prepare(wanted: Package, backend: str, give_way: Callable[[], None]) -> Spare:
            asked.set()
            give_way()
            going_on.set()
            process = judge._jail(backend).spawn(limits_of(wanted))
            return Spare(Plan(seed=1, pool_epoch=0, cases=()), process)

        pool = SparePool(prepare, size=1)
        try:
            with pool.judging():
                pool.want(package, "cpu")
                assert not asked.wait(0.2)
            assert going_on.wait(30)
            wait_for(lambda: pool.ready(package, "cpu") == 1)
        finally:
            pool.close()

    @pytest.mark.parametrize("error", [JudgeError("its warm-up fails"), OSError("no descriptor")])
    def test_a_package_that_cannot_be_prepared_is_left_alone(
        self, package: Package, error: Exception
    ) -> None:
        tried = []

        def prepare(wanted: Package, backend: str, give_way: Callable[[], None]) -> Spare:
            tried.append(wanted)
            raise error

        pool = SparePool(prepare, size=1)
        pool.want(package, "cpu")
        wait_for(lambda: len(tried) == 1)
        assert pool.ready(package, "cpu") == 0

        def tried_again() -> bool:
            """Asked for once more, since the first wish may only now be given up."""
            pool.want(package, "cpu")
            return len(tried) > 1

        wait_for(tried_again)
        pool.close()

    def test_a_pool_of_none_prepares_none(self, package: Package) -> None:
        def prepare(wanted: Package, backend: str, give_way: Callable[[], None]) -> Spare:
            raise AssertionError

        pool = SparePool(prepare, size=0)
        assert pool.take(package, "cpu") is None
        pool.close()
