"""The rules of an assignment in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.counts import counted
from app.courses.clocks import later_on_the_wall
from app.courses.rules import AssignmentRules, Bucket, Capped, Counts, LatePolicy, Window

# Words with moments between them, which a page shows on the reader's own clocks.
Parts = Sequence[str | datetime]

_COUNTS = {
    Counts.BEST: "the best counts",
    Counts.LAST: "the last counts",
    Counts.BEST_BEFORE_DUE: "the best of those on time counts",
}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def rules_in_parts(rules: AssignmentRules, now: datetime) -> Parts:
    """For example: Due (a moment), then 10 % a day for 3 days. At most 3 attempts at each problem;
    the best counts."""
    window = rules.window
    parts: list[str | datetime] = []
    if window.opens_at is not None and now < window.opens_at:
        parts += ["Opens ", window.opens_at, ". "]
    if window.due_at is None:
        parts.append("No due date")
    else:
        parts += ["Due ", window.due_at, *_after_due(window, rules.late)]
    return [*parts, f". {_attempts(rules)}; {_COUNTS[rules.counts]}."]


def rules_in_words(rules: AssignmentRules, now: datetime) -> str:
    """The same as one text, on the clocks of the course."""
    zone = rules.window.zone
    return "".join(
        part if isinstance(part, str) else wall_with_zone(part, zone, now)
        for part in rules_in_parts(rules, now)
    )


def wall(moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """What the clock and the calendar on a wall show: Friday 13 March 23:59, with the year where it
    is another than now, and seconds where there are any."""
    local = moment.astimezone(zone)
    year = "" if now is not None and now.astimezone(zone).year == local.year else f" {local.year}"
    seconds = f":{local:%S}" if local.second else ""
    return f"{local:%A} {local.day} {local:%B}{year} {local:%H:%M}{seconds}"


def wall_with_zone(moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """The same with the name of the zone."""
    return f"{wall(moment, zone, now)} ({zone.key})"


def span(length: timedelta) -> str:
    """A time span: 3 days, 1 hour 30 minutes."""
    left = round(length.total_seconds())
    words = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            words.append(counted(count, unit))
    return " ".join(words) or "0 seconds"


def _after_due(window: Window, late: LatePolicy) -> Parts:
    if window.due_at is None:
        return []
    grace = f", with {span(late.grace)} of grace" if late.grace else ""
    if window.late_until is None or window.late_until == window.due_at:
        return [f"{grace}; nothing is taken after that"]
    days = _whole_days(window.due_at, window.late_until, window.zone)
    how_long: Parts = (
        [" until ", window.late_until] if days is None else [f" for {counted(days, 'day')}"]
    )
    if not late.percent_per_day or not late.most_percent:
        return [f"{grace}, then at no cost", *how_long]
    most = ""
    if late.most_percent < 100 and late.percent_per_day < late.most_percent:
        most = f", at most {late.most_percent:g} %"
    percent = min(late.percent_per_day, late.most_percent)
    each = "" if percent == late.most_percent else " a day"
    return [f"{grace}, then {percent:g} %{each}", *how_long, most]


def _whole_days(begin: datetime, end: datetime, zone: ZoneInfo) -> int | None:
    days = round((end - begin) / timedelta(days=1))
    whole = later_on_the_wall(begin, timedelta(days=days), zone).astimezone(UTC) == end
    return days if days and whole else None


def _attempts(rules: AssignmentRules) -> str:
    attempts = rules.attempts
    if isinstance(attempts, Capped):
        return f"At most {counted(attempts.most, 'attempt')} at each problem"
    if isinstance(attempts, Bucket):
        return (
            f"{counted(attempts.holds, 'attempt')} at each problem at once, and one more every "
            f"{span(attempts.refill)}"
        )
    return "Any number of attempts"
