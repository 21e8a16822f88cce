"""Processes of package code: kept, lent to one at a time, given up when they are worn or closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from judge.answerers import _REQUESTS, Answerers
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw
from judge.reference import LIMITS
from judge.sandbox.backend import Process

pytestmark = pytest.mark.sandbox

KEY = ("package", "cpu")


class TestAnswerers:
    @pytest.fixture
    def kept(self) -> Iterator[Answerers]:
        with closing(Answerers(size=1)) as kept:
            yield kept

    def test_one_that_is_lent_is_nobody_elses_and_comes_back(
        self, judge: Judge, kept: Answerers
    ) -> None:
        def spawn() -> Process:
            return judge._jail("cpu").spawn(LIMITS)

        first, second = kept.borrow(KEY, spawn), kept.borrow(KEY, spawn)
        assert first.process is not second.process
        kept.give_back(KEY, first)
        other = kept.borrow(("another", "cpu"), spawn)
        assert other.process is not first.process
        assert kept.borrow(KEY, spawn) is first
        for each in (first, second, other):
            kept.give_back(KEY, each)
        # There is room for one: the last.
        assert [each.process.running for each in (first, second, other)] == [False, False, True]

    def test_what_is_worn_dead_or_late_is_not_kept(self, judge: Judge, kept: Answerers) -> None:
        def spawn() -> Process:
            return judge._jail("cpu").spawn(LIMITS)

        worn = kept.borrow(KEY, spawn)
        worn.requests = _REQUESTS
        kept.give_back(KEY, worn)
        assert not worn.process.running
        dead = kept.borrow(KEY, spawn)
        kept.give_back(KEY, dead)
        dead.process.close()
        late = kept.borrow(KEY, spawn)
        assert late is not dead
        kept.close()
        kept.give_back(KEY, late)
        assert not late.process.running


def test_the_next_plan_is_answered_by_the_same_process(judge: Judge, package: Package) -> None:
    def answer(seed: int) -> Process:
        plan = draw(package, seed, groups=["sample"])
        with judge.reference(package, plan, "cpu") as reference:
            assert [future.result().output is not None for future in reference.expect()]
            assert reference._answerer is not None
            return reference._answerer.process

    assert answer(71) is answer(72)
