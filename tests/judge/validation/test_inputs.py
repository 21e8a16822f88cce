"""The input validator: what it says of cases that lie outside, whoever drew them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from judge.case import Case, Value
from judge.package import load
from judge.plan import draw
from judge.spec import ProblemSpec, Regime
from judge.validation.inputs import complaints, outside
from judge.verdict import Visibility
from tests.conftest import PROBLEMS

SPEC = ProblemSpec.model_validate(
    {
        "format": "jurax-problem/1",
        "uuid": "6f0e2f8e-7f1d-4f7c-9d53-0c2b6f0a7a15",
        "version": "1.0.0",
        "title": "Checked",
        "summary": "A problem whose cases are checked.",
        "track": "primitives",
        "difficulty": "easy",
        "authors": ["Somebody"],
        "license": "CC0-1.0",
        "entry": "solve",
        "symbols": {"n": {"range": [1, 4]}},
        "inputs": [
            {
                "name": "x",
                "type": "array",
                "dtype": "float32",
                "dims": ["n", "depth"],
                "values": ["normal", "uniform", "tiny", "large", "zeros", "integers", "nan"],
                "range": None,
            },
            {
                "name": "y",
                "type": "array",
                "dtype": "int32",
                "dims": ["n"],
                "values": ["integers"],
                "range": [2, 5],
            },
            {"name": "depth", "type": "int", "range": [1, 3], "static": True},
            {"name": "rate", "type": "float", "range": [0, 1]},
            {"name": "seed", "type": "float", "cast": "int", "range": [0, 9]},
        ],
        "output": {"type": "scalar"},
        "groups": [
            {
                "name": "sample",
                "cases": 2,
                "points": 1,
                "visibility": "full",
                "domains": {"depth": [2, 2], "rate": [0.5, 1], "x": ["normal", "tiny"]},
                "include": [{"depth": 3, "x": "zeros"}],
            }
        ],
    }
)
RIGHT: dict[str, Value] = {
    "x": np.full((2, 2), 0.5, np.float32),
    "y": np.array([2, 5], np.int32),
    "depth": 2,
    "rate": 0.5,
    "seed": 3.0,
}


def told(changes: Mapping[str, Any], regime: str = "normal", index: int = 1) -> list[str]:
    case = Case(index, "sample", Visibility.FULL, {**RIGHT, **changes})
    regimes = {"x": Regime(regime), "y": Regime.INTEGERS}
    return complaints(SPEC, case, regimes)


def x(*values: float) -> dict[str, Any]:
    return {"x": np.array(values * (4 // len(values)), np.float32).reshape(2, 2)}


def test_a_case_inside() -> None:
    assert told({}) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rate": 0.25}, "rate is 0.25, outside [0.5, 1]"),
        ({"rate": 1}, "rate is a int, not a float"),
        ({"seed": 3.5}, "seed is 3.5, not a whole number"),
        ({"seed": 10.0}, "seed is 10.0, outside [0, 9]"),
        ({"depth": 1, "x": np.ones((2, 1), np.float32)}, "depth is 1, outside [2, 2]"),
        ({"x": np.ones((2, 3), np.float32)}, "x has the size 3 where depth is 2"),
        ({"x": np.ones((2, 2))}, "x has the dtype float64, not float32"),
        ({"x": np.ones(2, np.float32)}, "x has 1 dimensions, not 2"),
        ({"x": 1.0}, "x is a float, not an array"),
        ({"y": np.array([2, 2, 2], np.int32)}, "y has the size 3 where n is 2"),
        ({"y": np.int32([2, 6])}, "y of the regime integers holds 2 to 6, outside [2, 5]"),
        (x(np.nan, 1.0), "x of the regime normal is not finite"),
    ],
)  # fmt: skip
def test_a_case_outside(changes: dict[str, Any], message: str) -> None:
    assert told(changes) == [message]


def test_a_size_outside_is_told() -> None:
    changes = {"x": np.ones((5, 2), np.float32), "y": np.full(5, 3, np.int32)}
    assert set(told(changes)) == {"n is 5, outside [1, 4]"}


@pytest.mark.parametrize(
    ("regime", "values", "message"),
    [
        ("tiny", x(1e-6), None),
        ("tiny", x(0.5), "of the regime tiny holds 0.5 to 0.5"),
        ("normal", x(1.0), None),
        ("uniform", x(0.5), "x is drawn from uniform, not from one of normal, tiny"),
    ],
)
def test_regimes(regime: str, values: dict[str, Any], message: str | None) -> None:
    found = told(values, regime)
    assert found == [] if message is None else message in found[0]


def test_what_is_included_may_leave_the_groups_domains() -> None:
    changes = {"depth": 3, "x": np.zeros((2, 3), np.float32)}
    assert told(changes, "zeros", index=0) == []
    assert told({"depth": 3, "x": np.ones((2, 3), np.float32)}, "zeros", index=0) != []
    assert told({**changes, "rate": 0.25}, "zeros", index=0) == ["rate is 0.25, outside [0.5, 1]"]


def test_other_inputs_than_declared() -> None:
    case = Case(1, "sample", Visibility.FULL, {"z": 1.0})
    (message,) = complaints(SPEC, case, {})
    assert message == "has the inputs z, not x, y, depth, rate, seed"


@pytest.mark.parametrize(
    "path", sorted(PROBLEMS.glob("*/problem.yaml")), ids=lambda p: p.parent.name
)
def test_every_problem_draws_inside(path: Any) -> None:
    package = load(path.parent)
    for seed in range(5):
        assert outside(package, draw(package, seed)) == []
