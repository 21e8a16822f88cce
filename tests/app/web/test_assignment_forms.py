"""Forms of assignments: dates on the course's clocks, spans, and what is wrong in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.datastructures import FormData

from app.assignments.schemas import AssignmentCreate
from app.courses.rules import Bucket
from app.errors import Invalid
from app.web import assignment_forms as forms
from tests.app.courses.test_points import ZONES, ZURICH, at, moments


def form(**changes: str) -> FormData:
    """The form of a new assignment with a title and these fields."""
    return FormData({**forms.empty_fields(), "title": "Week 3", **changes})


def read(sent: FormData, zone: str = "UTC") -> AssignmentCreate:
    """The assignment that a form asks for."""
    values = forms.assignment_of(sent, ZoneInfo(zone))
    return AssignmentCreate.model_validate(values, strict=False)


class TestDates:
    @given(moments, st.sampled_from(ZONES))
    def test_what_a_field_shows_is_read_as_that_moment(self, moment: datetime, zone: str) -> None:
        shown = forms.on_the_wall(moment, zone)
        found = forms.moment_on_wall(shown, ZoneInfo(zone), "due_at")
        # Of an hour that comes twice the later is read.
        assert found is not None
        assert found - moment in (timedelta(0), timedelta(hours=1), timedelta(minutes=30))
        assert forms.on_the_wall(found, zone) == shown

    def test_an_hour_that_is_skipped_or_comes_twice(self) -> None:
        zone = ZoneInfo(ZURICH)
        twice = forms.moment_on_wall("2026-10-25T02:30", zone, "due_at")
        assert twice == at("2026-10-25T02:30", fold=1)
        skipped = forms.moment_on_wall("2026-03-29T02:30", zone, "due_at")
        assert skipped == at("2026-03-29T03:30")

    @pytest.mark.parametrize("text", ["tomorrow", "0001-01-01T00:00", "2026-13-01T00:00", "\0"])
    def test_what_is_no_date_is_said(self, text: str) -> None:
        with pytest.raises((Invalid, ValidationError)) as found:
            read(form(due_at=text), "Asia/Kathmandu")
        (said,) = forms.complaints_of(found.value)
        assert said.startswith("Due: ")

    def test_dates_that_are_not_in_order_are_said_in_the_forms_words(self) -> None:
        with pytest.raises(Invalid) as found:
            read(form(due_at="2026-03-13T12:00", late_until="2026-03-13T11:59"))
        assert forms.complaints_of(found.value) == (
            "Taken until: this is before the date of 'Due'.",
        )


class TestSpans:
    @given(st.integers(0, 10_000).map(lambda minutes: timedelta(minutes=minutes)))
    def test_what_fields_show_is_read_as_that_span(self, span: timedelta) -> None:
        assert forms.span_of(FormData(forms.span_fields(span, "grace")), "grace") == span

    @pytest.mark.parametrize(
        "fields",
        [
            {"grace": "x", "grace_unit": "days"},
            {"grace": "1", "grace_unit": "years"},
            {"grace": "nan", "grace_unit": "days"},
            {"grace": "1e300", "grace_unit": "days"},
        ],
    )
    def test_what_is_no_span_is_said(self, fields: dict[str, str]) -> None:
        with pytest.raises(Invalid, match="Grace"):
            forms.span_of(FormData(fields), "grace")


class TestAssignmentOf:
    def test_problems_in_the_order_of_their_places(self) -> None:
        order = read(
            FormData(
                [
                    *form(attempts="bucket", refill="90", refill_unit="minutes").multi_items(),
                    ("problem.0.slug", "first"),
                    ("problem.0.points", "3"),
                    ("problem.0.place", "2"),
                    ("problem.0.groups", "on"),
                    ("problem.0.hidden", "shapes"),
                    ("problem.0.hidden", "depth"),
                    ("problem.1.slug", "second"),
                    ("problem.1.points", "4"),
                    ("problem.1.place", "1"),
                    ("problem.2.slug", "gone"),
                    ("problem.2.points", "4"),
                    ("problem.2.remove", "on"),
                    ("problem.3.slug", ""),
                    ("problem.3.points", "10"),
                ]
            )
        )
        assert [each.problem for each in order.problems] == ["second", "first"]
        assert [each.hidden_groups for each in order.problems] == [None, ("shapes", "depth")]
        assert order.attempts == Bucket(holds=3, refill=timedelta(minutes=90))
        assert (order.practice_after_end, order.listed) == (True, False)

    def test_what_is_wrong_is_said_where_it_is(self) -> None:
        sent = FormData(
            [
                *form(percent_per_day="101", attempts="capped", most="0").multi_items(),
                ("problem.0.slug", "first"),
                ("problem.0.points", "many"),
            ]
        )
        with pytest.raises(ValidationError) as found:
            read(sent)
        assert forms.complaints_of(found.value) == (
            "Penalty a day: Input should be less than or equal to 100.",
            "Attempts: Input should be greater than or equal to 1.",
            "Problem 1, points: Input should be a valid number, unable to parse string as a "
            "number.",
        )
