"""The order of recorded calls, on the records as they can arrive.

The module under test runs in the sandbox; it needs nothing but NumPy, so it is tested here too.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

RECORDS = Path(__file__).resolve().parents[2] / "judge" / "runner" / "records.py"


@pytest.fixture(scope="module")
def records() -> ModuleType:
    spec = importlib.util.spec_from_file_location("runner_records", RECORDS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def call(records: ModuleType, order: int, kernel: float, staged: bool = True) -> Any:
    params = {"kernel": np.full(2, kernel)}
    return records.Record(order, staged, "Dense_0", "Dense", "apply", params, None, None)


def orders(records: ModuleType, arrived: list[Any]) -> list[tuple[int, float, int]]:
    return [(r.order, r.params["kernel"][0], r.rows) for r in records.in_order(arrived)]


def test_callbacks_of_one_run_are_put_in_the_order_of_tracing(records: ModuleType) -> None:
    arrived = [call(records, order, 1.0) for order in (2, 0, 1)]
    assert [order for order, _, _ in orders(records, arrived)] == [0, 1, 2]


def test_rows_of_a_mapped_call_are_one_record(records: ModuleType) -> None:
    arrived = [call(records, order, 1.0) for order in (0, 0, 0, 1, 1, 1)]
    assert orders(records, arrived) == [(0, 1.0, 3), (1, 1.0, 3)]


def test_a_warm_program_with_other_parameters_is_another_run(records: ModuleType) -> None:
    old = [call(records, order, 1.0) for order in (0, 1)]
    new = [call(records, order, 2.0) for order in (1, 0)]
    assert orders(records, old + new) == [(0, 1.0, 1), (1, 1.0, 1), (0, 2.0, 1), (1, 2.0, 1)]


def test_a_warm_program_after_a_direct_call_is_another_run(records: ModuleType) -> None:
    direct = [call(records, 10, 1.0, staged=False)]
    assert orders(records, [*direct, call(records, 3, 2.0)]) == [(10, 1.0, 1), (3, 2.0, 1)]
