"""Rules in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.assignments.wording import rules_in_parts, rules_in_words, span, wall
from app.courses.rules import AssignmentRules, Bucket, Capped, Counts, LatePolicy, Window
from tests.app.courses.test_points import DAY, HOUR, MINUTE, ZURICH, at

DUE = at("2026-03-13T23:59")
NOW = at("2026-03-02T12:00")
SHOWN = "Friday 13 March 23:59 (Europe/Zurich)"


def window(**dates: datetime | None) -> Window:
    return Window(due_at=DUE, time_zone=ZURICH).model_copy(update=dates)


class TestRulesInWords:
    @pytest.mark.parametrize(
        ("rules", "words"),
        [
            (AssignmentRules(), "No due date. Any number of attempts; the best counts."),
            (
                AssignmentRules(
                    window=window(late_until=DUE + 3 * DAY),
                    late=LatePolicy(percent_per_day=10),
                    attempts=Capped(most=1),
                    counts=Counts.LAST,
                ),
                f"Due {SHOWN}, then 10 % a day for 3 days. At most 1 attempt at each problem; the "
                "last counts.",
            ),
            (
                AssignmentRules(
                    window=window(late_until=DUE + 3 * HOUR),
                    late=LatePolicy(percent_per_day=12.5, most_percent=50, grace=5 * MINUTE),
                    counts=Counts.BEST_BEFORE_DUE,
                ),
                f"Due {SHOWN}, with 5 minutes of grace, then 12.5 % a day until Saturday 14 March "
                "02:59 (Europe/Zurich), at most 50 %. Any number of attempts; the best of those "
                "on time counts.",
            ),
            (
                AssignmentRules(
                    window=window(late_until=DUE + DAY),
                    late=LatePolicy(percent_per_day=40, most_percent=20),
                    attempts=Bucket(holds=3, refill=90 * MINUTE),
                ),
                f"Due {SHOWN}, then 20 % for 1 day. 3 attempts at each problem at once, and one "
                "more every 1 hour 30 minutes; the best counts.",
            ),
            (
                AssignmentRules(window=window(late_until=DUE + DAY)),
                f"Due {SHOWN}, then at no cost for 1 day. Any number of attempts; the best counts.",
            ),
            (
                AssignmentRules(window=window(opens_at=NOW + HOUR)),
                "Opens Monday 2 March 13:00 (Europe/Zurich). "
                f"Due {SHOWN}; nothing is taken after that. Any number of attempts; the best "
                "counts.",
            ),
            (
                AssignmentRules(window=Window(opens_at=NOW + HOUR)),
                "Opens Monday 2 March 12:00 (UTC). No due date. Any number of attempts; the best "
                "counts.",
            ),
        ],
    )
    def test_a_sentence(self, rules: AssignmentRules, words: str) -> None:
        assert rules_in_words(rules, NOW) == words

    def test_whole_days_are_those_on_the_wall(self) -> None:
        due = at("2026-03-28T12:00")
        rules = AssignmentRules(
            window=Window(due_at=due, late_until=at("2026-03-30T12:00"), time_zone=ZURICH)
        )
        assert "for 2 days" in rules_in_words(rules, NOW)

    def test_moments_stand_between_the_words(self) -> None:
        rules = AssignmentRules(window=window(late_until=DUE + 5 * MINUTE))
        assert [part for part in rules_in_parts(rules, NOW) if isinstance(part, datetime)] == [
            DUE,
            DUE + 5 * MINUTE,
        ]


def test_another_year_and_seconds_are_told() -> None:
    moment = at("2027-01-01T00:00:30")
    assert wall(moment, ZoneInfo(ZURICH), NOW) == "Friday 1 January 2027 00:00:30"
    assert wall(DUE, ZoneInfo(ZURICH)) == "Friday 13 March 2026 23:59"


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(0), "0 seconds"), (DAY + MINUTE, "1 day 1 minute"), (2 * HOUR, "2 hours")],
)
def test_a_span(length: timedelta, words: str) -> None:
    assert span(length) == words
