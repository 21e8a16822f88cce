"""Numbers, spans and sentences as a learner reads them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from app.formats.figures import measures
from app.web import formatting
from judge.report import ArraySpec, Diff, Mismatch, NonFinite
from judge.verdict import Verdict

F32 = ArraySpec(shape=(4, 6), dtype="float32")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-13.0152, "−13.0152"),
        (1234567, "1 234 567"),
        (2161131077, "2.16113e+09"),
        (3.9e-8, "3.9e−08"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (True, "True"),
        ("1+2j", "1+2j"),
        (None, ""),
    ],
)
def test_number(value: float | str | None, text: str) -> None:
    assert formatting.number(value) == text.replace(" ", "\N{NARROW NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0213, "0.021"), (2.54, "2.5"), (1.2e7, "1.2 × 10⁷"), (4e-9, "4 × 10⁻⁹")]
)
def test_short(value: float, text: str) -> None:
    assert formatting.short(value) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(4.21, "4.2 ms"), (85.4, "85 ms"), (1320, "1.3 s")]
)
def test_duration(milliseconds: float, text: str) -> None:
    assert formatting.duration(milliseconds) == text


def test_moment_is_utc_and_machine_readable() -> None:
    html = formatting.moment(datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    assert html == '<time datetime="2026-03-01T09:05:00+00:00">2026-03-01 09:05 UTC</time>'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"shape": [4, 5], "dtype": "float32"}, "float32[4, 5]"),
        (804846202.0, "804846202"),
        (0.5, "0.5"),
        ("normal", "normal"),
    ],
)
def test_input_value(value: object, text: str) -> None:
    assert formatting.input_value(value) == text


def test_every_verdict_has_a_tone() -> None:
    assert {formatting.tone(verdict) for verdict in Verdict} == {
        "ac",
        "wa",
        "error",
        "limit",
        "judge",
    }
    assert formatting.tone(None) == "none"


class TestDiffSummary:
    def test_agreement_says_how_close(self) -> None:
        diff = Diff(path="", expected=F32, got=F32, total=24, mismatched=0, margin=0.021)
        assert formatting.diff_summary(diff) == (
            "All 24 values agree. The largest error is 0.021 of what is allowed."
        )

    def test_exact_agreement(self) -> None:
        diff = Diff(path="", expected=F32, got=F32, total=24, mismatched=0, margin=0.0)
        assert formatting.diff_summary(diff) == "All 24 values agree exactly."

    def test_mismatches_are_counted(self) -> None:
        diff = Diff(path="", expected=F32, got=F32, total=24, mismatched=3, margin=40.0)
        assert formatting.diff_summary(diff) == (
            "3 of 24 values differ. The largest error is 40 times what is allowed."
        )

    def test_an_infinite_error_has_no_factor(self) -> None:
        diff = Diff(path="", expected=F32, got=F32, total=24, mismatched=24, margin=math.inf)
        assert formatting.diff_summary(diff) == "All 24 values differ."

    def test_another_shape(self) -> None:
        got = ArraySpec(shape=(6, 4), dtype="float32")
        diff = Diff(path="", expected=F32, got=got, total=24, mismatched=24)
        assert "shape differs" in formatting.diff_summary(diff)

    def test_nothing_came(self) -> None:
        diff = Diff(path="a", expected=F32, got=None, total=24, mismatched=24)
        assert "missing" in formatting.diff_summary(diff)


def test_measures_and_non_finite_leave_out_what_is_not_there() -> None:
    at = Mismatch(index=(0, 1), expected=1.0, got=2.0, error=1.0)
    diff = Diff(
        path="",
        expected=F32,
        got=F32,
        total=24,
        mismatched=1,
        max_abs=at,
        got_non_finite=NonFinite(nan=2),
    )
    assert measures(diff) == [("absolute", at)]
    assert formatting.non_finite(diff) == [("NaN", 0, 2)]


def test_what_is_quoted_in_a_sentence_is_code_and_nothing_else_is_markup() -> None:
    html = formatting.with_code("line 3 `if x < y:` is <b>bold</b> and `open")
    assert html == ("line 3 <code>if x &lt; y:</code> is &lt;b&gt;bold&lt;/b&gt; and `open")
