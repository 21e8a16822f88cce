"""What a person's submissions to an assignment earn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.courses.lateness import days_late, kept_share
from app.courses.rules import AssignmentRules, Counts


@dataclass(frozen=True)
class Judged:
    """A submission that was judged: an order of its own among those of the same moment, when it
    came, and its score from 0 to 1. Those that the judge failed on are not among them."""

    number: int
    submitted_at: datetime
    score: float


@dataclass(frozen=True)
class Earned:
    """What a problem earned: the points, the submission that counts (None where none does), how
    many days late that was, how many of them late days paid for, and the share of its score that
    the other days left."""

    points: float
    counts: Judged | None = None
    days_late: int = 0
    paid_days: int = 0
    kept: float = 1.0


def earned(
    rules: AssignmentRules, most_points: float, submissions: Sequence[Judged], late_days: int = 0
) -> Earned:
    """What the submissions to one problem earn, of at most ``most_points``; up to ``late_days``
    days of being late cost nothing.

    The penalty is each submission's own: of several the one that earns most with it counts (for
    ``best``), so that a late attempt never takes from what was earned on time. Of those that earn
    the same the first counts. ``last`` is the last that came, whatever it earned.
    """
    on_time_only = rules.counts is Counts.BEST_BEFORE_DUE
    found = Earned(0.0)
    for judged in sorted(submissions, key=lambda one: (one.submitted_at, one.number)):
        days = days_late(judged.submitted_at, rules.window, rules.late)
        if days and on_time_only:
            continue
        paid = min(days, late_days)
        kept = kept_share(days - paid, rules.late)
        now = Earned(most_points * judged.score * kept, judged, days, paid, kept)
        if found.counts is None or rules.counts is Counts.LAST or now.points > found.points:
            found = now
    return found


@dataclass(frozen=True)
class Entry:
    """One person's part of an assignment: the rules as granted, and the submissions and the points
    by problem."""

    rules: AssignmentRules
    most_points: Mapping[str, float]
    submissions: Mapping[str, Sequence[Judged]]


@dataclass(frozen=True)
class Total:
    """What an assignment earned by problem, and how many late days it used."""

    problems: Mapping[str, Earned]
    late_days: int

    @property
    def points(self) -> float:
        return sum(each.points for each in self.problems.values())


def totals(entries: Sequence[Entry], late_days: int = 0) -> list[Total]:
    """What a person's assignments earn, in the order given (that of their due dates), with a budget
    of late days for all of them.

    An assignment takes of what is left the fewest days with which it earns as much as with all of
    them: days that change nothing stay for the next. A day serves all its problems.
    """
    left = late_days
    found = []
    for entry in entries:
        total = _cheapest(entry, left)
        left -= total.late_days
        found.append(total)
    return found


def _cheapest(entry: Entry, late_days: int) -> Total:
    """One more day never earns less, which is what searching by halves relies on: a budget can be
    of many days."""
    best, nothing_spent = _with(entry, late_days), _with(entry, 0)
    if nothing_spent.points >= best.points:
        return nothing_spent
    spent = range(late_days)
    days = bisect_left(spent, best.points, lo=1, key=lambda day: _with(entry, day).points)
    return _with(entry, days)


def _with(entry: Entry, late_days: int) -> Total:
    problems = {
        name: earned(entry.rules, points, entry.submissions.get(name, ()), late_days)
        for name, points in entry.most_points.items()
    }
    return Total(problems, late_days)
