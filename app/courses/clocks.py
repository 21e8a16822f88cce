"""Moments by the clock on a wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def later_on_the_wall(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The moment at which the wall shows so much more; in UTC. A time that the clocks skip is read
    as the moment that it would have been; of one that comes twice the later counts."""
    if not by:
        return moment
    local = moment.astimezone(zone) + by
    twice = local.replace(fold=1)
    # Comparison within one zone looks at the wall alone.
    return max(local.astimezone(UTC), twice.astimezone(UTC))
