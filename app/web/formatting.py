"""Numbers, shapes, times and sentences as a reader meets them: the filters of the templates."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from app.assignments.wording import Parts, wall_with_zone
from app.catalog.schemas import LimitsView
from judge.report import Diff
from judge.verdict import Verdict, Visibility

_TONES = {
    Verdict.AC: "ac",
    Verdict.WA: "wa",
    Verdict.RTE: "error",
    Verdict.CE: "error",
    Verdict.TLE: "limit",
    Verdict.MLE: "limit",
    Verdict.OLE: "limit",
    Verdict.IE: "judge",
}

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_QUOTED_CODE = re.compile("`([^`]+)`")

_VISIBILITIES = {
    Visibility.FULL: "everything, what your program printed too",
    Visibility.DIFF: "inputs and errors",
    Visibility.VERDICT: "the verdict only",
}


def tone(verdict: Verdict | None) -> str:
    """The name of a verdict's colour."""
    return _TONES[verdict] if verdict is not None else "none"


def number(value: float | int | bool | str | None) -> str:
    """A number with as many digits as tell something: 12, 0.25, 3.9e-08, ∞."""
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    if math.isfinite(value) and value == int(value) and abs(value) < 1e7:
        return f"{int(value):,}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.6g}".replace("-", "−")


def short(value: float) -> str:
    """A number to be read, not to be compared: two digits, 2.5 or 1.2 × 10⁷."""
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(value) < 1e5:
        return number(float(f"{value:.2g}"))
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(_SUPERSCRIPTS)
    return f"{float(mantissa):g} × 10{power}".replace("-", "−")


def duration(milliseconds: float) -> str:
    """A time span: 4.2 ms, 85 ms, 1.3 s."""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def moment(value: datetime) -> Markup:
    """A time in UTC, which the page's script turns into the reader's own."""
    utc = value.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        utc.isoformat(timespec="seconds"), f"{utc:%Y-%m-%d %H:%M} UTC"
    )


def moment_in(value: datetime, zone: str) -> Markup:
    """A time on the clocks of a zone, with its day of the week. The page's script turns it into
    the reader's own; held still over it, the pointer shows the zone's."""
    shown = wall_with_zone(value, ZoneInfo(zone))
    return Markup('<time datetime="{}" title="{}" data-weekday>{}</time>').format(
        value.astimezone(UTC).isoformat(timespec="seconds"), shown, shown
    )


def with_times(parts: Parts, zone: str) -> Markup:
    """Words with moments between them."""
    return Markup("").join(
        part if isinstance(part, str) else moment_in(part, zone) for part in parts
    )


def with_code(text: str) -> Markup:
    """A sentence, what it quotes in backticks set as code."""
    return Markup(_QUOTED_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704


def place(index: tuple[int, ...]) -> str:
    """Where an element stands: [2, 3]."""
    return f"[{', '.join(map(str, index))}]"


def visibility(value: str) -> str:
    """What a learner sees of a group's cases."""
    return _VISIBILITIES[Visibility(value)]


def limits(view: LimitsView) -> Markup:
    """What a program may use, as a row of short facts."""
    facts = (
        f"{view.wall_s:g} s a case",
        f"{view.memory_mb} MB memory",
        f"{view.output_kb} KB output",
    )
    return Markup(" ").join(Markup("<span>{}</span>").format(fact) for fact in facts)


def input_value(value: Any) -> str:
    """An input of a case: a scalar whole, an array as dtype and shape."""
    if isinstance(value, Mapping) and {"shape", "dtype"} <= value.keys():
        return f"{value['dtype']}[{', '.join(map(str, value['shape']))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value)


def diff_summary(diff: Diff) -> str:
    """The comparison of a leaf in a sentence."""
    if diff.got is None:
        return "This part of the output is missing."
    if diff.got.shape != diff.expected.shape:
        return "The shape differs, so no values were compared."
    if diff.mismatched == 0:
        if diff.got.dtype != diff.expected.dtype:
            return "The dtype differs."
        agreed = f"All {number(diff.total)} values agree"
        if diff.total == 1:
            agreed = "The value agrees"
        if diff.margin:
            return f"{agreed}. The largest error is {short(diff.margin)} of what is allowed."
        return f"{agreed} exactly."
    of = f"{number(diff.mismatched)} of {number(diff.total)} values differ"
    if diff.mismatched == diff.total:
        of = f"All {number(diff.total)} values differ" if diff.total > 1 else "The value differs"
    if diff.margin is not None and math.isfinite(diff.margin):
        return f"{of}. The largest error is {short(diff.margin)} times what is allowed."
    return f"{of}."


def non_finite(diff: Diff) -> list[tuple[str, int, int]]:
    """How many NaN and infinities each side holds, where any does."""
    expected, got = diff.expected_non_finite, diff.got_non_finite
    rows = (
        ("NaN", expected.nan, got.nan),
        ("+∞", expected.posinf, got.posinf),
        ("−∞", expected.neginf, got.neginf),
    )
    return [row for row in rows if row[1] or row[2]]
