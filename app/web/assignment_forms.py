"""Forms of assignments and extensions: from what a browser sends to what the services take, and
back. Dates in them are on the clocks of the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.datastructures import FormData

from app.assignments.schemas import AssignmentView
from app.courses.rules import Bucket, Capped
from app.errors import ErrorItem, Invalid, ServiceError

MOST_ROWS = 50
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
_DATES = ("opens_at", "due_at", "late_until")
_WORDS = {
    "opens_at": "Opens",
    "due_at": "Due",
    "late_until": "Taken until",
    "percent_per_day": "Penalty a day",
    "most_percent": "At most",
    "grace": "Grace",
    "most": "Attempts",
    "holds": "Attempts at once",
    "refill": "One more every",
    "later_by": "Later by",
    "more_attempts": "More attempts",
    "points": "Points",
    "package_sha256": "Version",
    "person_ids": "Students",
}


def text_of(form: FormData, name: str) -> str:
    """A field of a form as text without space around it; empty where it is not there."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def moment_on_wall(text: str, zone: ZoneInfo, name: str) -> datetime | None:
    """The moment at which the wall shows what a date field holds. What the clocks skip is read as
    the moment that it would have been; of what comes twice the later counts."""
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=zone)
        return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise _unreadable(name, text, "a date and a time, for example 2026-03-13T23:59") from error


def on_the_wall(moment: datetime | None, zone: str) -> str:
    """What a date field holds for a moment."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def span_of(form: FormData, name: str) -> timedelta:
    """A time span from a number and its unit."""
    text, unit = text_of(form, name), text_of(form, f"{name}_unit")
    try:
        return (float(text) if text else 0.0) * UNITS[unit]
    except (ValueError, KeyError, OverflowError) as error:
        raise _unreadable(name, text, "a number and a unit") from error


def span_fields(span: timedelta, name: str) -> dict[str, str]:
    """What the fields of a time span hold: in the largest unit of which it is a whole number."""
    for unit, length in reversed(UNITS.items()):
        if span and not span % length:
            return {name: str(span // length), f"{name}_unit": unit}
    minutes = span / UNITS["minutes"]
    return {name: f"{minutes:g}", f"{name}_unit": "minutes"}


def assignment_of(form: FormData, zone: ZoneInfo) -> dict[str, Any]:
    """An assignment as a form describes it: what ``AssignmentCreate`` holds, not checked yet."""
    kind = text_of(form, "attempts")
    attempts: dict[str, Any] = {"kind": kind}
    if kind == "capped":
        attempts["most"] = text_of(form, "most")
    elif kind == "bucket":
        attempts |= {"holds": text_of(form, "holds"), "refill": span_of(form, "refill")}
    dates = {name: moment_on_wall(text_of(form, name), zone, name) for name in _DATES}
    _check_order(dates)
    return {
        **dates,
        **{name: text_of(form, name) for name in ("title", "counts", "feedback", "plan_policy")},
        "instructions": str(form.get("instructions", "")),
        "late": {
            "percent_per_day": text_of(form, "percent_per_day") or 0,
            "most_percent": text_of(form, "most_percent") or 100,
            "grace": span_of(form, "grace"),
        },
        "attempts": attempts,
        **{name: name in form for name in ("practice_after_end", "anonymous", "listed")},
        "problems": _problems(form),
    }


def fields_of(view: AssignmentView) -> dict[str, str]:
    """What the fields of the form hold for an assignment."""
    attempts = view.attempts
    holds, refill = (
        (str(attempts.holds), attempts.refill)
        if isinstance(attempts, Bucket)
        else ("3", timedelta(hours=1))
    )
    ticked = dict.fromkeys(("practice_after_end", "anonymous", "listed"), "on")
    return {
        "title": view.title,
        "instructions": view.instructions,
        **{name: on_the_wall(getattr(view, name), view.time_zone) for name in _DATES},
        "percent_per_day": f"{view.late.percent_per_day:g}",
        "most_percent": f"{view.late.most_percent:g}",
        **span_fields(view.late.grace, "grace"),
        "attempts": attempts.kind,
        "most": str(attempts.most) if isinstance(attempts, Capped) else "10",
        "holds": holds,
        **span_fields(refill, "refill"),
        "counts": view.counts,
        "feedback": view.feedback,
        "plan_policy": view.plan_policy,
        **{name: value for name, value in ticked.items() if getattr(view, name)},
        "version": str(view.version),
    }


def kept_dates(form: FormData, view: AssignmentView) -> dict[str, datetime | None]:
    """The dates that were not touched, as they are: a field shows no part of a second, and of an
    hour that comes twice not which."""
    return {
        name: getattr(view, name)
        for name in _DATES
        if text_of(form, name) == on_the_wall(getattr(view, name), view.time_zone)
    }


def sent(form: FormData) -> dict[str, str]:
    """The fields as they were sent, to be shown again; of several of a name the last."""
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def complaints_of(error: ValidationError | ServiceError) -> tuple[str, ...]:
    """What is wrong with a form, a sentence each."""
    if isinstance(error, ServiceError):
        return (str(error.detail),)
    return tuple(_complaint(each["loc"], each["msg"]) for each in error.errors())


def _check_order(dates: Mapping[str, datetime | None]) -> None:
    """Say in the words of the form what is wrong with dates: the service says it in the API's."""
    for (first, begin), (then, end) in combinations(dates.items(), 2):
        if begin is not None and end is not None and begin > end:
            raise Invalid(f"{_WORDS[then]}: this is before the date of {_WORDS[first]!r}.")
    if dates["late_until"] is not None and dates["due_at"] is None:
        raise Invalid("Taken until: without a due date nothing is late. Give one, or leave it out.")


def _problems(form: FormData) -> list[dict[str, Any]]:
    found: list[tuple[float, int, dict[str, Any]]] = []
    for number in range(MOST_ROWS + 10):
        row = f"problem.{number}"
        slug = text_of(form, f"{row}.slug")
        if not slug or f"{row}.remove" in form:
            continue
        order: dict[str, Any] = {"problem": slug, "points": text_of(form, f"{row}.points")}
        if version := text_of(form, f"{row}.version"):
            order["package_sha256"] = version
        # Groups of a problem that is new here are not known to the page yet.
        if f"{row}.groups" in form:
            order["hidden_groups"] = [str(each) for each in form.getlist(f"{row}.hidden")]
        found.append((_place(text_of(form, f"{row}.place"), number), number, order))
    return [order for _, _, order in sorted(found, key=lambda each: each[:2])]


def _place(text: str, number: int) -> float:
    try:
        place = float(text)
    except ValueError:
        return float(number)
    return place if place == place else float(number)


def _complaint(location: Sequence[int | str], message: str) -> str:
    numbers = [str(int(part) + 1) for part in location if isinstance(part, int)]
    names = [str(part) for part in location if not isinstance(part, int)]
    name = names[-1] if names else "form"
    where = _WORDS.get(name, name.replace("_", " ").capitalize())
    if numbers and names[0] == "problems":
        where = f"Problem {numbers[0]}, {where.lower()}"
    return f"{where}: {message.removeprefix('Value error, ')}."


def _unreadable(name: str, text: str, right: str) -> Invalid:
    detail = f"{_WORDS.get(name, name)}: {text[:60]!a} is not {right}."
    return Invalid(detail, errors=[ErrorItem(location=f"body.{name}", message=detail)])


def empty_fields() -> Mapping[str, str]:
    """What the fields of the form hold for an assignment that is to be made."""
    return {
        "title": "",
        "instructions": "",
        **dict.fromkeys(_DATES, ""),
        "percent_per_day": "0",
        "most_percent": "100",
        "grace": "0",
        "grace_unit": "minutes",
        "attempts": "unlimited",
        "most": "10",
        "holds": "3",
        "refill": "1",
        "refill_unit": "hours",
        "counts": "best",
        "feedback": "now",
        "plan_policy": "shared",
        "practice_after_end": "on",
    }
