"""What is granted, in plain words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.assignments.wording import span, wall_with_zone
from app.counts import counted
from app.courses.rules import Grant


def grant_in_words(grant: Grant, zone: ZoneInfo, now: datetime) -> str:
    """For example: due Friday 13 March 23:59 (Europe/Zurich); 2 more attempts at each problem."""
    said = []
    if grant.due_at is not None:
        said.append(f"due {wall_with_zone(grant.due_at, zone, now)}")
    if grant.late_until is not None:
        said.append(f"taken until {wall_with_zone(grant.late_until, zone, now)}")
    if grant.later_by:
        said.append(f"due {span(grant.later_by)} later")
    if grant.more_attempts:
        said.append(f"{counted(grant.more_attempts, 'more attempt')} at each problem")
    if grant.no_penalty:
        said.append("no late penalty")
    return "; ".join(said)
