"""Which of several lanes runs which case next."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

from judge.case import Case

_WORTH_WHILE_S = 0.06
"""What a lane needs at most for a case that it was not prepared for beyond what another needs that
was: it loads the executables of some functions of JAX's own."""


class CaseQueues:
    """The cases that wait, by lane. Thread-safe: each step is one of a deque or a list."""

    def __init__(
        self, cases: Sequence[Case], lanes: int, prepared: Sequence[Collection[int]]
    ) -> None:
        """``prepared``: by lane, the indices of the cases that it is to run; where that is empty,
        the next case is for whoever is free."""
        shared = deque(cases)
        self._queues = [deque(case for case in cases if case.index in own) for own in prepared] or [
            shared
        ] * lanes
        self._took_s: list[float] = []

    def next(self, lane: int) -> Case | None:
        """The next case of a lane: its own, and once it has none the last of who has most left,
        where waiting for that one would take longer than being unprepared does. None where none is
        left for it."""
        try:
            return self._queues[lane].popleft()
        except IndexError:
            pass
        longest = max(self._queues, key=len)
        if len(longest) * self._mean_s() < _WORTH_WHILE_S:
            return None
        try:
            return longest.pop()
        except IndexError:
            return None

    def took(self, seconds: float) -> None:
        """Notes how long one case took, in whichever lane."""
        self._took_s.append(seconds)

    def _mean_s(self) -> float:
        return sum(self._took_s) / len(self._took_s) if self._took_s else 0.0
