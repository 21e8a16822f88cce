"""The rules of calibration: what the margins say of a tolerance, and how sums are reordered."""

from __future__ import annotations

import math

import numpy as np
import pytest

from judge.calibrate import calibration_check, weighed
from judge.case import Case
from judge.spec import ProblemSpec
from judge.validation.document import CalibrationRow, State, Wanted
from judge.validation.ways import HEADROOM, permuted
from judge.verdict import Visibility
from tests.judge.mutants.test_mutants import DECLARATIONS


def passes(margin: float | None, name: str = "float64", note: str = "") -> CalibrationRow:
    right = None if margin is None else margin <= 1 / HEADROOM
    return CalibrationRow(
        name=name, wanted=Wanted.PASS, margin=margin, case=0, right=right, note=note
    )


def fails(margin: float, name: str = "zeros") -> CalibrationRow:
    return CalibrationRow(name=name, wanted=Wanted.FAIL, margin=margin, case=0, right=margin > 1)


class TestVerdict:
    def test_room_on_both_sides(self) -> None:
        check = calibration_check(weighed([passes(0.2), fails(1.5)]))
        assert (check.state, check.details) == (State.PASSED, ())
        assert "0.2" in check.message
        assert "1.5" in check.message

    @pytest.mark.parametrize("margin", [0.21, 0.9, 3.0, math.inf])
    def test_what_is_right_needs_headroom(self, margin: float) -> None:
        check = calibration_check(weighed([passes(margin), fails(1e6)]))
        assert check.state is State.FAILED
        assert check.details[0].startswith(f"float64 is right and has the margin {margin:.3g}")

    def test_what_is_wrong_must_fail(self) -> None:
        check = calibration_check(weighed([passes(0.01), fails(0.5, "bfloat16")]))
        assert check.state is State.FAILED
        assert check.details[0].startswith("bfloat16 is wrong and passes every case")

    def test_another_tolerance_is_named_where_one_would_do(self) -> None:
        check = calibration_check(weighed([passes(0.02), fails(0.5)]))
        assert check.details[-1] == "multiplied by 0.1 to 0.5 the tolerance would do both"
        unbounded = calibration_check(weighed([passes(2.0), fails(math.inf)]))
        assert unbounded.details[-1] == "multiplied by 10 or more the tolerance would do both"

    def test_where_none_would_do_the_numbers_say_so(self) -> None:
        check = calibration_check(weighed([passes(0.5), fails(2.0)]))
        assert check.details[-1] == (
            "no tolerance does both: 5 times the largest error that must pass is 2.5 times the "
            "tolerance, the smallest that must fail 2"
        )

    def test_what_could_not_be_computed_decides_nothing(self) -> None:
        found = weighed([passes(None, note="no symbol is declared permutable"), fails(2.0)])
        assert calibration_check(found).state is State.PASSED
        assert (found.lowest_factor, found.highest_factor) == (None, 2.0)


class TestPermuted:
    SPEC = ProblemSpec.model_validate(
        {
            **DECLARATIONS,
            "symbols": {"n": {"range": [1, 9], "permutable": True}, "m": {"range": [1, 9]}},
            "inputs": [
                {"name": "x", "type": "array", "dtype": "float32", "dims": ["n", "m"],
                 "values": ["normal"]},
                {"name": "y", "type": "array", "dtype": "float32", "dims": ["n"],
                 "values": ["normal"]},
                {"name": "k", "type": "int", "range": [1, 3]},
            ],
        }
    )  # fmt: skip

    def test_every_axis_of_a_size_takes_the_same_order(self) -> None:
        x = np.arange(27, dtype=np.float32).reshape(9, 3)
        case = Case(0, "sample", Visibility.FULL, {"x": x, "y": x[:, 0], "k": 2})
        inputs, orders = permuted(self.SPEC, case, ["n"])
        assert sorted(orders) == ["n"]
        assert sorted(orders["n"]) == list(range(9)) != list(orders["n"])
        assert np.array_equal(inputs["x"], x[orders["n"]])
        assert np.array_equal(inputs["y"], x[orders["n"], 0])
        assert inputs["k"] == 2
