"""The rules of an assignment, and what a person is granted beside them: plain data, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from app.courses.clocks import later_on_the_wall
from app.courses.numbers import SPAN, WHOLE

MOST_ATTEMPTS = 10_000
MOST_LATER = timedelta(days=366)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def is_in_calendar(moment: datetime) -> bool:
    """Whether an assignment can have this date. A bound on dates keeps arithmetic with them within
    what a date can hold."""
    return _FIRST <= moment < _LAST


def _in_utc(moment: datetime) -> datetime:
    """Python compares times of one zone by what the wall shows: only in UTC is that their order."""
    if not is_in_calendar(moment):
        raise ValueError(f"a date is from {_FIRST.year} to {_LAST.year - 1}")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
AttemptCount = Annotated[int, Field(strict=True, ge=1, le=MOST_ATTEMPTS), WHOLE]
MoreAttempts = Annotated[int, Field(strict=True, ge=0, le=MOST_ATTEMPTS), WHOLE]
LaterBy = Annotated[timedelta, Field(ge=timedelta(0), le=MOST_LATER), SPAN]


class Counts(StrEnum):
    """Which of a person's submissions to a problem earns the points."""

    BEST = "best"
    LAST = "last"
    BEST_BEFORE_DUE = "best_before_due"


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Window(_Rules):
    """When an assignment takes submissions: from ``opens_at``, on time until ``due_at``, late until
    ``late_until``; each moment is still within. None is no bound: without a due date nothing is
    late, and without ``late_until`` nothing is taken after the due date.

    Days are counted by the clock on the wall of ``time_zone``: one day after a due date at 23:59 is
    the next 23:59, also when the clocks changed between.
    """

    opens_at: Moment | None = None
    due_at: Moment | None = None
    late_until: Moment | None = None
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"{name!r} is no time zone; one is for example Europe/Zurich"
            ) from error
        return name

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        dates = (
            ("opens_at", self.opens_at),
            ("due_at", self.due_at),
            ("late_until", self.late_until),
        )
        for (first, begin), (then, end) in pairwise(dates):
            if begin is not None and end is not None and begin > end:
                raise ValueError(f"{then} ({end}) is before {first} ({begin})")
        if self.late_until is not None and self.due_at is None:
            raise ValueError("late_until needs a due_at: without one nothing is late")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def closes_at(self) -> datetime | None:
        """The last moment at which a submission is taken; None where there is none."""
        return self.late_until or self.due_at


class LatePolicy(_Rules):
    """What being late costs: ``percent_per_day`` of what was earned for each day begun, at most
    ``most_percent``, once ``grace`` is over. Within the grace a submission is on time; after it the
    days count from the due date."""

    percent_per_day: float = Field(default=0.0, strict=True, ge=0, le=100)
    most_percent: float = Field(default=100.0, strict=True, ge=0, le=100)
    grace: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=7)), SPAN] = timedelta(0)


class Unlimited(_Rules):
    """Any number of submissions."""

    kind: Literal["unlimited"] = "unlimited"


class Capped(_Rules):
    """So many submissions to each problem."""

    kind: Literal["capped"] = "capped"

    most: AttemptCount


class Bucket(_Rules):
    """Up to ``holds`` submissions to each problem at once; one comes back every ``refill``."""

    kind: Literal["bucket"] = "bucket"

    holds: AttemptCount
    refill: Annotated[timedelta, Field(ge=timedelta(seconds=1), le=timedelta(days=365)), SPAN]


Attempts = Annotated[Unlimited | Capped | Bucket, Field(discriminator="kind")]


class Grant(_Rules):
    """What one person gets beside the rules (an extension, an accommodation): later dates, where
    they are later; all dates but the first ``later_by`` so much, by the clock on the wall; more
    submissions; no penalty."""

    due_at: Moment | None = None
    late_until: Moment | None = None
    later_by: LaterBy = timedelta(0)
    more_attempts: MoreAttempts = 0
    no_penalty: bool = False


class AssignmentRules(_Rules):
    """All that decides which submissions are taken and what they earn."""

    window: Window = Window()
    late: LatePolicy = LatePolicy()
    attempts: Attempts = Unlimited()
    counts: Counts = Counts.BEST

    @property
    def on_time_until(self) -> datetime | None:
        """The last moment at which a submission is on time, the grace included; None where nothing
        is ever late."""
        due_at = self.window.due_at
        return None if due_at is None else due_at + self.late.grace

    @property
    def ends_at(self) -> datetime | None:
        """The last moment at which a submission is taken; None where there is none. Who comes
        within the grace is on time, also where nothing late is taken."""
        closes_at, on_time_until = self.window.closes_at, self.on_time_until
        if closes_at is None or on_time_until is None:
            return closes_at
        return max(closes_at, on_time_until)

    def granted(self, grants: tuple[Grant, ...]) -> AssignmentRules:
        """The rules for a person with these grants: of several the kindest counts. A grant moves no
        date forward; where it moves the due date past the end, the end moves along. Without a due
        date nothing is due, and no grant sets one."""
        due, late_until = self.window.due_at, self.window.late_until
        if due is not None:
            due = max([*self._moved(due, grants), *_dates(grant.due_at for grant in grants)])
            ends = _dates(grant.late_until for grant in grants)
            if late_until is not None:
                ends += self._moved(late_until, grants)
            late_until = max([due, *ends]) if ends else None
        window = self.window.model_copy(update={"due_at": due, "late_until": late_until})
        late, counts = self.late, self.counts
        if any(grant.no_penalty for grant in grants):
            late = late.model_copy(update={"percent_per_day": 0.0})
            counts = Counts.BEST if counts is Counts.BEST_BEFORE_DUE else counts
        more = max((grant.more_attempts for grant in grants), default=0)
        attempts = self.attempts
        if isinstance(attempts, Capped):
            attempts = Capped(most=min(attempts.most + more, MOST_ATTEMPTS))
        elif isinstance(attempts, Bucket):
            attempts = Bucket(
                holds=min(attempts.holds + more, MOST_ATTEMPTS), refill=attempts.refill
            )
        return self.model_copy(
            update={"window": window, "late": late, "attempts": attempts, "counts": counts}
        )

    def _moved(self, moment: datetime, grants: Sequence[Grant]) -> list[datetime]:
        """A date, and when each grant has it. Not what the longest does with it alone: where the
        clocks skip an hour, less by the wall can be later."""
        zone = self.window.zone
        return [moment, *(later_on_the_wall(moment, grant.later_by, zone) for grant in grants)]


def _dates(dates: Iterable[datetime | None]) -> list[datetime]:
    return [date for date in dates if date is not None]
