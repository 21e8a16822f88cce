"""A case and the plan that holds it: plain data, drawn by judge.plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from judge.verdict import Visibility

Value = np.ndarray | float | int | bool


@dataclass(frozen=True)
class Case:
    """One set of inputs, in the order of the entry point's parameters."""

    index: int
    group: str
    visibility: Visibility
    inputs: dict[str, Value]


@dataclass(frozen=True)
class Plan:
    """The ordered cases drawn for one run. A pure function of the package, the seed and the
    epoch of the shape pool."""

    seed: int
    pool_epoch: int
    cases: tuple[Case, ...]
