"""How many days late a submission is, and what that leaves of its score."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.courses.clocks import later_on_the_wall
from app.courses.rules import LatePolicy, Window


def days_late(submitted_at: datetime, window: Window, late: LatePolicy) -> int:
    """Days begun after the due date, by the wall clock of the window's zone; 0 for what came within
    the grace. One day late is everything up to the due time of the next day, that moment included.
    """
    if window.due_at is None or submitted_at <= window.due_at + late.grace:
        return 0
    # Whole days cannot be far off what the dates differ by: look there for the first that fits.
    days = max(0, (submitted_at - window.due_at).days - 1)
    while submitted_at > due_after(window, days):
        days += 1
    return days


def due_after(window: Window, days: int) -> datetime:
    """The due time so many days later on the wall clock: where that shows it twice, the later
    counts, for the student."""
    if window.due_at is None:
        raise ValueError("without a due date nothing is late")
    return later_on_the_wall(window.due_at, timedelta(days=days), window.zone)


def kept_share(days: int, late: LatePolicy) -> float:
    """What is left of a score after so many days, from 0 to 1."""
    return 1.0 - min(days * late.percent_per_day, late.most_percent) / 100.0
