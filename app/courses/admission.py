"""Whether another submission is taken now, and if not, why and from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.courses.rules import AssignmentRules, Bucket, Capped


class Refusal(StrEnum):
    """Why a submission is not taken."""

    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    TOO_SOON = "too_soon"


@dataclass(frozen=True)
class Admission:
    """Taken unless there is a refusal; how many would be taken now, this one included (None for
    any number); and where it is refused for now, the moment from which one is taken."""

    refusal: Refusal | None = None
    left: int | None = None
    again_at: datetime | None = None


def admission(rules: AssignmentRules, counted: Sequence[datetime], now: datetime) -> Admission:
    """``counted``: when this person's earlier submissions to the problem came, in any order,
    without those that the judge failed on: they cost nothing."""
    window = rules.window
    if window.opens_at is not None and now < window.opens_at:
        return Admission(Refusal.NOT_OPEN, again_at=window.opens_at)
    if rules.ends_at is not None and now > rules.ends_at:
        return Admission(Refusal.CLOSED)
    if isinstance(rules.attempts, Capped):
        left = max(0, rules.attempts.most - len(counted))
        return Admission(None if left else Refusal.NO_ATTEMPTS_LEFT, left)
    if isinstance(rules.attempts, Bucket):
        found = _from_bucket(rules.attempts, counted, now)
        if found.again_at is None or rules.ends_at is None or found.again_at <= rules.ends_at:
            return found
        # What comes back after the end is none.
        return Admission(Refusal.NO_ATTEMPTS_LEFT, 0)
    return Admission()


def _from_bucket(bucket: Bucket, counted: Sequence[datetime], now: datetime) -> Admission:
    """The bucket is full at first. What is taken out comes back one after another, each ``refill``
    after the one before came back or, where the bucket was full, after it was taken."""
    missing, filling_since = 0, now
    for taken in sorted(counted):
        if missing:
            back = min(missing, (taken - filling_since) // bucket.refill)
            missing -= back
            filling_since += back * bucket.refill
        if not missing:
            filling_since = taken
        missing += 1
    if missing:
        back = min(missing, (now - filling_since) // bucket.refill)
        missing -= back
        filling_since += back * bucket.refill
    left = max(0, bucket.holds - missing)
    if left:
        return Admission(None, left)
    # More than it holds can be missing where the rules were changed afterwards.
    wait = (missing - bucket.holds + 1) * bucket.refill
    return Admission(Refusal.TOO_SOON, 0, again_at=filling_since + wait)
