"""What is set in the demo course. Nobody can submit yesterday: lateness comes from due dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any


class Wave(IntEnum):
    """When something is submitted: before the due dates are set to that moment, or after."""

    FIRST = 1
    SECOND = 2


@dataclass(frozen=True)
class Planned:
    """An assignment. ``opens``, ``due`` and ``ends`` are days from when the course is made; with
    ``due_after_first`` the due date becomes the moment when all of the first wave has come.
    ``problems`` are places in the list of problems; ``taken`` the share of students who submit in
    a wave, and ``most`` how often at most."""

    title: str
    problems: tuple[tuple[int, float], ...]
    opens: float
    due: float
    ends: float | None = None
    due_after_first: bool = False
    taken: dict[Wave, float] = field(default_factory=dict)
    most: int = 3
    rules: dict[str, Any] = field(default_factory=dict)
    listed: bool = True


WARM_UP = Planned(
    title="Week 1: warm-up",
    problems=((0, 10), (1, 10)),
    opens=-10,
    due=14,
    taken={Wave.FIRST: 0.95},
    rules={"instructions": "Take your time. Your best submission counts, and nothing is late."},
)
LATE = Planned(
    title="Week 2: ten per cent a day",
    problems=((2, 10), (3, 15)),
    opens=-7,
    due=1,
    ends=7,
    due_after_first=True,
    taken={Wave.FIRST: 0.75, Wave.SECOND: 0.3},
    rules={"late": {"percent_per_day": 10, "most_percent": 50}},
)
CAPPED = Planned(
    title="Week 3: three tries, the last counts",
    problems=((4, 20),),
    opens=-7,
    due=-2.5,
    ends=5,
    taken={Wave.SECOND: 0.8},
    rules={
        "late": {"percent_per_day": 15, "most_percent": 60},
        "attempts": {"kind": "capped", "most": 3},
        "counts": "last",
    },
)
QUIZ = Planned(
    title="Quiz",
    problems=((0, 20), (3, 20)),
    opens=-1,
    due=1,
    due_after_first=True,
    taken={Wave.FIRST: 0.9},
    most=2,
    rules={
        "attempts": {"kind": "capped", "most": 2},
        "feedback": "after_publishing",
        "anonymous": True,
        "practice_after_end": False,
        "instructions": "Two tries at each problem. You see results once grades are published.",
    },
)
NEXT = Planned(title="Week 4: next week", problems=((1, 10), (4, 10)), opens=3, due=10)
DRAFT = Planned(title="Week 5: a draft", problems=((2, 10),), opens=10, due=17, listed=False)

ASSIGNMENTS: Sequence[Planned] = (WARM_UP, LATE, CAPPED, QUIZ, NEXT, DRAFT)


def order(planned: Planned, slugs: Sequence[str], begin: datetime) -> dict[str, Any]:
    """The request that makes an assignment."""

    def moment(days: float | None) -> str | None:
        return None if days is None else (begin + timedelta(days=days)).isoformat()

    return {
        "title": planned.title,
        "opens_at": moment(planned.opens),
        "due_at": moment(planned.due),
        "late_until": moment(planned.ends),
        "listed": planned.listed,
        "problems": [
            {"problem": slug, "points": points} for slug, points in assigned(planned, slugs).items()
        ],
        **planned.rules,
    }


def assigned(planned: Planned, slugs: Sequence[str]) -> dict[str, float]:
    """The problems of an assignment with their points; fewer where the service has few."""
    return {slugs[place % len(slugs)]: points for place, points in planned.problems}
