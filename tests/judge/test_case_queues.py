"""Each case goes to one lane: the one that was prepared for it, unless that is kept waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from judge.case import Case
from judge.case_queues import CaseQueues
from judge.verdict import Visibility


def cases(count: int) -> list[Case]:
    return [Case(index, "g", Visibility.FULL, {}) for index in range(count)]


def index(case: Case | None) -> int | None:
    return None if case is None else case.index


def test_without_preparation_the_next_is_for_whoever_is_free() -> None:
    queues = CaseQueues(cases(3), 2, [])
    assert [index(queues.next(lane)) for lane in (1, 1, 0, 0, 1)] == [0, 1, 2, None, None]


@pytest.mark.parametrize(
    ("took_s", "others"),
    [(0.008, [None, None]), (0.1, [4, 3])],
    ids=["quick: it would be slower here", "slow: it would wait there"],
)
def test_who_has_none_left_helps_where_that_is_worth_while(
    took_s: float, others: list[int | None]
) -> None:
    queues = CaseQueues(cases(5), 2, [{0, 2, 3, 4}, {1}])
    assert index(queues.next(0)) == 0
    assert index(queues.next(1)) == 1
    queues.took(took_s)
    assert [index(queues.next(1)) for _ in range(2)] == others
    assert index(queues.next(0)) == 2


def test_nobody_helps_before_it_is_known_how_long_a_case_takes() -> None:
    queues = CaseQueues(cases(4), 2, [{0, 1, 2, 3}, set()])
    assert queues.next(1) is None


def test_each_case_goes_out_once_whoever_asks() -> None:
    queues = CaseQueues(cases(2000), 4, [range(500 * n, 500 * (n + 1)) for n in range(3)] + [[]])
    queues.took(1.0)

    def run(lane: int) -> list[int]:
        found = []
        while (case := queues.next(lane)) is not None:
            found.append(case.index)
        return found

    with ThreadPoolExecutor(4) as threads:
        taken = [n for lane in threads.map(run, range(4)) for n in lane]
    # The last lane was prepared for none, and 500 more were for nobody.
    assert sorted(taken) == list(range(1500))
