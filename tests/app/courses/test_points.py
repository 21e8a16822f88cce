"""The arithmetic of grades against plain statements of its rules, and the rules' own examples."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.courses import points
from app.courses.admission import Refusal, admission
from app.courses.lateness import days_late, due_after, kept_share
from app.courses.points import Entry, Judged, earned, totals
from app.courses.rules import (
    AssignmentRules,
    Bucket,
    Capped,
    Counts,
    Grant,
    LatePolicy,
    Unlimited,
    Window,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ZURICH = "Europe/Zurich"
ZONES = (
    ZURICH,
    "UTC",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def at(text: str, zone: str = ZURICH, fold: int = 0) -> datetime:
    """The moment at which the wall shows that, the second one with ``fold`` 1; in UTC."""
    shown = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return shown.astimezone(UTC)


def plain_due_after(due: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The last moment at which the wall shows so much more than at the due time; where it never
    does, the moment at which it would with the clocks as they were."""
    wall = due.astimezone(zone).replace(tzinfo=None) + by
    as_if_utc = wall.replace(tzinfo=UTC)
    offsets = [
        (as_if_utc + hours * HOUR).astimezone(zone).utcoffset() or timedelta(0)
        for hours in range(-30, 31)
    ]
    shown = [
        as_if_utc - offset
        for offset in offsets
        if (as_if_utc - offset).astimezone(zone).replace(tzinfo=None) == wall
    ]
    return max(shown) if shown else as_if_utc - offsets[0]


def plain_days_late(submitted: datetime, window: Window, late: LatePolicy) -> int:
    if window.due_at is None or submitted <= window.due_at + late.grace:
        return 0
    return next(
        days
        for days in itertools.count()
        if submitted
        <= (plain_due_after(window.due_at, days * DAY, window.zone) if days else window.due_at)
    )


@st.composite
def windows(draw: st.DrawFn) -> Window:
    due = draw(moments)
    return Window(due_at=due, late_until=due + 30 * DAY, time_zone=draw(st.sampled_from(ZONES)))


policies = st.builds(
    LatePolicy,
    percent_per_day=st.sampled_from([0.0, 0.1, 10.0, 33.3, 50.0, 100.0]),
    most_percent=st.sampled_from([0.0, 25.0, 60.0, 100.0]),
    grace=st.sampled_from([timedelta(0), 5 * MINUTE, 2 * DAY]),
)
scores = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def submissions(draw: st.DrawFn, window: Window) -> list[Judged]:
    assert window.due_at is not None
    gaps = draw(st.lists(st.integers(-50, 150), max_size=6))
    return [
        Judged(number, window.due_at + gap * HOUR, draw(scores)) for number, gap in enumerate(gaps)
    ]


class TestDaysLate:
    @given(windows(), policies, st.integers(-100, 24 * 60 * 40))
    def test_as_plainly_stated(self, window: Window, late: LatePolicy, minutes: int) -> None:
        assert window.due_at is not None
        submitted = window.due_at + minutes * MINUTE
        assert days_late(submitted, window, late) == plain_days_late(submitted, window, late)

    @given(windows(), policies, st.integers(0, 20_000), st.integers(0, 20_000))
    def test_who_comes_later_is_never_less_late(
        self, window: Window, late: LatePolicy, minutes: int, more: int
    ) -> None:
        assert window.due_at is not None
        first = window.due_at + minutes * MINUTE
        assert days_late(first, window, late) <= days_late(first + more * MINUTE, window, late)

    @pytest.mark.parametrize(
        ("due", "submitted", "days"),
        [
            ("2026-03-28T23:59", "2026-03-28T23:59", 0),
            ("2026-03-28T23:59", "2026-03-29T23:59", 1),
            ("2026-03-28T23:59", "2026-03-30T00:00", 2),
            # The night in which an hour comes twice.
            ("2026-10-24T23:59", "2026-10-25T23:59", 1),
        ],
    )
    def test_a_day_ends_at_the_due_time_on_the_wall(
        self, due: str, submitted: str, days: int
    ) -> None:
        window = Window(due_at=at(due), late_until=at(due) + 9 * DAY, time_zone=ZURICH)
        assert days_late(at(submitted), window, LatePolicy()) == days

    def test_a_due_time_that_comes_twice_is_the_later(self) -> None:
        window = Window(due_at=at("2026-10-24T02:30"), time_zone=ZURICH)
        assert due_after(window, 1) == at("2026-10-25T02:30", fold=1)
        assert due_after(window, 1) - at("2026-10-24T02:30") == 25 * HOUR

    def test_a_due_time_that_is_skipped_is_after_the_gap(self) -> None:
        window = Window(due_at=at("2026-03-28T02:30"), time_zone=ZURICH)
        assert due_after(window, 1) - at("2026-03-28T02:30") == DAY

    def test_within_the_grace_one_is_on_time_and_after_it_the_days_count_from_the_due_date(
        self,
    ) -> None:
        due = at("2026-05-01T12:00")
        window = Window(due_at=due, late_until=due + 5 * DAY, time_zone=ZURICH)
        late = LatePolicy(percent_per_day=10, grace=30 * MINUTE)
        assert days_late(due + 30 * MINUTE, window, late) == 0
        assert days_late(due + 31 * MINUTE, window, late) == 1

    def test_without_a_due_date_nothing_is_late(self) -> None:
        assert days_late(at("2026-05-01T12:00"), Window(), LatePolicy()) == 0

    def test_a_penalty_has_its_bound(self) -> None:
        late = LatePolicy(percent_per_day=30, most_percent=50)
        assert [kept_share(days, late) for days in (0, 1, 2, 9)] == [1.0, 0.7, 0.5, 0.5]


class TestEarned:
    @given(st.data(), policies, st.sampled_from(Counts), st.sampled_from([0.0, 1.0, 7.5]))
    def test_as_plainly_stated(
        self, data: st.DataObject, late: LatePolicy, counts: Counts, most: float
    ) -> None:
        window = data.draw(windows())
        given_in = data.draw(submissions(window))
        paid_days = data.draw(st.integers(0, 4))
        rules = AssignmentRules(window=window, late=late, counts=counts)
        found = earned(rules, most, data.draw(st.permutations(given_in)), paid_days)

        worth = []
        for judged in sorted(given_in, key=lambda one: (one.submitted_at, one.number)):
            days = plain_days_late(judged.submitted_at, window, late)
            if counts is Counts.BEST_BEFORE_DUE and days > 0:
                continue
            lost = min(max(days - paid_days, 0) * late.percent_per_day, late.most_percent)
            worth.append(most * judged.score * (1 - lost / 100))
        expected = 0.0
        if worth:
            expected = worth[-1] if counts is Counts.LAST else max(worth)
        assert found.points == pytest.approx(expected, abs=1e-9)
        assert (found.counts is None) == (not worth)

    @given(st.data(), policies)
    def test_one_more_submission_never_takes_points_where_the_best_counts(
        self, data: st.DataObject, late: LatePolicy
    ) -> None:
        window = data.draw(windows())
        given_in = data.draw(submissions(window))
        rules = AssignmentRules(window=window, late=late)
        before = earned(rules, 10, given_in[:-1]).points
        assert earned(rules, 10, given_in).points >= before

    def test_of_those_that_earn_the_same_the_first_counts(self) -> None:
        due = at("2026-05-01T12:00")
        rules = AssignmentRules(window=Window(due_at=due))
        same = [Judged(2, due, 1.0), Judged(1, due, 1.0), Judged(3, due - HOUR, 0.5)]
        assert earned(rules, 3, same).counts == same[1]

    def test_a_problem_of_no_points_still_says_what_counts(self) -> None:
        came = Judged(1, at("2026-05-01T12:00"), 1.0)
        assert earned(AssignmentRules(), 0, [came]).counts == came


class TestLateDays:
    def entry(self, *hours_late: float, percent: float = 10) -> Entry:
        due = at("2026-05-01T12:00")
        window = Window(due_at=due, late_until=due + 30 * DAY, time_zone=ZURICH)
        rules = AssignmentRules(window=window, late=LatePolicy(percent_per_day=percent))
        names = [f"p{number}" for number in range(len(hours_late))]
        came = [Judged(1, due + hours * HOUR, 1.0) for hours in hours_late]
        return Entry(rules, dict.fromkeys(names, 10.0), dict(zip(names, zip(came), strict=True)))

    def test_a_day_serves_all_problems_of_an_assignment(self) -> None:
        (total,) = totals([self.entry(5, 5, -1)], late_days=3)
        assert (total.points, total.late_days) == (30.0, 1)

    def test_days_that_change_nothing_stay_for_the_next(self) -> None:
        free = self.entry(30, percent=0)
        first, second = totals([free, self.entry(30)], late_days=2)
        assert (first.late_days, second.late_days, second.points) == (0, 2, 10.0)

    def test_what_is_used_up_is_gone(self) -> None:
        first, second = totals([self.entry(30), self.entry(30)], late_days=3)
        assert (first.late_days, first.points) == (2, 10.0)
        assert (second.late_days, second.points) == (1, 9.0)

    @given(st.data(), policies, st.integers(0, 5))
    def test_a_budget_is_never_exceeded_and_never_harms(
        self, data: st.DataObject, late: LatePolicy, budget: int
    ) -> None:
        entries = []
        for _ in range(data.draw(st.integers(0, 3))):
            window = data.draw(windows())
            rules = AssignmentRules(window=window, late=late)
            entries.append(Entry(rules, {"p": 5.0}, {"p": data.draw(submissions(window))}))
        with_days, without = totals(entries, budget), totals(entries)
        assert sum(total.late_days for total in with_days) <= budget
        for kind, plain in zip(with_days, without, strict=True):
            assert kind.points >= plain.points
            assert kind.late_days == 0 or kind.points > plain.points
        for entry in entries:
            (most,) = totals([entry], budget)
            enough = (
                days for days in range(budget + 1) if totals([entry], days)[0].points >= most.points
            )
            assert most.late_days == next(enough)

    def test_of_a_large_budget_the_days_are_found_without_trying_each(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[int] = []
        earned_with = points.earned

        def counting(rules: Any, most: float, judged: Any, late_days: int = 0) -> Any:
            tried.append(late_days)
            return earned_with(rules, most, judged, late_days)

        monkeypatch.setattr(points, "earned", counting)
        (total,) = totals([self.entry(900 * 24, percent=0.1)], late_days=1000)
        assert (total.late_days, total.points) == (900, 10.0)
        assert len(tried) < 20


class TestAdmission:
    def test_before_within_and_after_the_window(self) -> None:
        opens = at("2026-05-01T12:00")
        window = Window(opens_at=opens, due_at=opens + DAY, late_until=opens + 2 * DAY)
        rules = AssignmentRules(window=window)
        early = admission(rules, [], opens - timedelta(microseconds=1))
        assert (early.refusal, early.again_at) == (Refusal.NOT_OPEN, opens)
        assert admission(rules, [], opens).refusal is None
        assert admission(rules, [], opens + 2 * DAY).refusal is None
        late = admission(rules, [], opens + 2 * DAY + timedelta(microseconds=1))
        assert late.refusal is Refusal.CLOSED

    def test_within_the_grace_one_is_taken_where_nothing_late_is(self) -> None:
        due = at("2026-05-01T12:00")
        rules = AssignmentRules(window=Window(due_at=due), late=LatePolicy(grace=MINUTE))
        assert admission(rules, [], due + MINUTE).refusal is None
        assert admission(rules, [], due + 2 * MINUTE).refusal is Refusal.CLOSED

    def test_a_cap(self) -> None:
        rules = AssignmentRules(attempts=Capped(most=2))
        now = at("2026-05-01T12:00")
        assert [admission(rules, [now] * count, now).left for count in range(4)] == [2, 1, 0, 0]
        assert admission(rules, [now] * 2, now).refusal is Refusal.NO_ATTEMPTS_LEFT

    def test_what_a_bucket_gets_back_after_the_end_is_none(self) -> None:
        due = at("2026-05-01T12:00")
        rules = AssignmentRules(
            window=Window(due_at=due), attempts=Bucket(holds=1, refill=2 * MINUTE)
        )
        last = admission(rules, [due - 2 * MINUTE], due - MINUTE)
        assert (last.refusal, last.again_at) == (Refusal.TOO_SOON, due)
        used = admission(rules, [due - MINUTE], due - MINUTE)
        assert (used.refusal, used.left, used.again_at) == (Refusal.NO_ATTEMPTS_LEFT, 0, None)

    @given(
        st.integers(1, 4),
        st.integers(1, 30),
        st.lists(st.integers(0, 200), max_size=12).map(sorted),
        st.integers(0, 60),
    )
    def test_a_bucket_as_plainly_stated(
        self, holds: int, refill: int, asked: list[int], later: int
    ) -> None:
        """Minute by minute: while something is missing a count runs, and at the full refill one
        comes back."""
        start = at("2026-05-01T00:00", "UTC")
        rules = AssignmentRules(attempts=Bucket(holds=holds, refill=refill * MINUTE))
        level, running, taken = holds, 0, list[datetime]()
        for minute in range(max(asked, default=0) + later + 1):
            if level < holds:
                running += 1
                if running == refill:
                    level, running = level + 1, 0
            for _ in range(asked.count(minute)):
                allowed = admission(rules, taken, start + minute * MINUTE)
                assert (allowed.left, allowed.refusal is None) == (level, level > 0)
                if level > 0:
                    if level == holds:
                        running = 0
                    level -= 1
                    taken.append(start + minute * MINUTE)
                else:
                    assert allowed.again_at == start + (minute + refill - running) * MINUTE
                    assert allowed.refusal is Refusal.TOO_SOON
        now = start + (max(asked, default=0) + later) * MINUTE
        assert admission(rules, taken, now).left == level


class TestRules:
    @pytest.mark.parametrize(
        "window",
        [
            {"opens_at": "2026-05-02T00:00Z", "due_at": "2026-05-01T00:00Z"},
            {"due_at": "2026-05-02T00:00Z", "late_until": "2026-05-01T00:00Z"},
            {"late_until": "2026-05-01T00:00Z"},
            {"due_at": "2026-05-02T00:00"},
            {"time_zone": "Middle/Earth"},
        ],
    )
    def test_a_window_that_makes_no_sense_is_refused(self, window: dict[str, str]) -> None:
        with pytest.raises(ValidationError):
            Window.model_validate(window)

    @given(st.lists(moments, max_size=3), st.lists(moments, max_size=3), moments)
    def test_a_grant_takes_nothing_away(
        self, dues: Sequence[datetime], ends: Sequence[datetime], due: datetime
    ) -> None:
        rules = AssignmentRules(
            window=Window(due_at=due, late_until=due + DAY), attempts=Capped(most=3)
        )
        grants = tuple(
            Grant(due_at=own_due, late_until=end, more_attempts=1)
            for own_due, end in itertools.zip_longest(dues, ends)
        )
        kinder = rules.granted(grants)
        assert kinder.window.due_at == max([due, *dues])
        assert kinder.window.closes_at is not None
        assert kinder.window.closes_at >= max([due + DAY, *ends, *dues])
        assert kinder.attempts == Capped(most=4 if grants else 3)

    @given(
        windows(),
        st.lists(st.integers(0, 24 * 60 * 9).map(lambda minutes: minutes * MINUTE), max_size=3),
    )
    def test_dates_move_by_the_clock_on_the_wall(
        self, window: Window, laters: list[timedelta]
    ) -> None:
        assert window.due_at is not None
        assert window.late_until is not None
        rules = AssignmentRules(window=window.model_copy(update={"opens_at": window.due_at}))
        kinder = rules.granted(tuple(Grant(later_by=later) for later in laters))

        def plain(moment: datetime) -> datetime:
            moved = [plain_due_after(moment, later, window.zone) for later in laters if later]
            return max([moment, *moved])

        assert kinder.window.opens_at == window.due_at
        assert kinder.window.due_at == plain(window.due_at)
        assert kinder.window.late_until == max(plain(window.late_until), plain(window.due_at))

    @given(moments, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.booleans())
    def test_of_later_dates_given_and_moved_the_latest_counts(
        self, due: datetime, by: int, given_due: int, end: int, takes_late: bool
    ) -> None:
        window = Window(due_at=due, late_until=due + DAY if takes_late else None)
        grants = (Grant(later_by=by * DAY), Grant(due_at=due + given_due * DAY))
        kinder = AssignmentRules(window=window).granted(grants).window
        latest = max(by, given_due)
        assert kinder.due_at == due + latest * DAY
        assert kinder.closes_at == due + max(latest, by + 1 if takes_late else 0) * DAY
        with_end = AssignmentRules(window=window).granted(
            (*grants, Grant(late_until=due + end * DAY))
        )
        assert with_end.window.closes_at == max(kinder.closes_at, due + end * DAY)

    def test_an_accommodation_of_a_day_lasts_25_hours_when_the_clocks_go_back(self) -> None:
        due = at("2026-10-24T23:59")
        rules = AssignmentRules(window=Window(due_at=due, time_zone=ZURICH))
        assert rules.granted((Grant(later_by=DAY),)).window.closes_at == due + 25 * HOUR

    def test_without_a_due_date_no_grant_sets_one(self) -> None:
        due = at("2026-05-01T12:00")
        grants = (Grant(due_at=due), Grant(late_until=due), Grant(later_by=DAY))
        assert AssignmentRules().granted(grants).window == Window()

    @pytest.mark.parametrize(
        "date", ["1999-12-31T23:59:59Z", "2200-01-01T00:00Z", "0001-01-01T00:00+14:00"]
    )
    def test_a_date_that_no_course_has_is_refused(self, date: str) -> None:
        with pytest.raises(ValidationError, match="from 2000 to 2199"):
            Window(due_at=date)

    def test_a_later_due_date_is_the_end_where_nothing_late_is_taken(self) -> None:
        due = at("2026-05-01T12:00")
        rules = AssignmentRules(window=Window(due_at=due))
        kinder = rules.granted((Grant(due_at=due + DAY),))
        assert (kinder.window.due_at, kinder.window.closes_at) == (due + DAY, due + DAY)

    def test_no_penalty_and_other_limits(self) -> None:
        late = LatePolicy(percent_per_day=10)
        rules = AssignmentRules(late=late, attempts=Bucket(holds=2, refill=HOUR))
        kinder = rules.granted((Grant(no_penalty=True), Grant(more_attempts=3)))
        assert kinder.late.percent_per_day == 0
        assert kinder.attempts == Bucket(holds=5, refill=HOUR)
        assert AssignmentRules().granted((Grant(more_attempts=3),)).attempts == Unlimited()

    def test_without_a_penalty_late_work_counts_where_only_that_on_time_does(self) -> None:
        due = at("2026-05-01T12:00")
        window = Window(due_at=due, late_until=due + DAY)
        rules = AssignmentRules(window=window, counts=Counts.BEST_BEFORE_DUE)
        late = [Judged(1, due - HOUR, 0.5), Judged(2, due + HOUR, 1.0)]
        assert earned(rules, 10, late).points == 5
        assert earned(rules.granted((Grant(no_penalty=True),)), 10, late).points == 10
