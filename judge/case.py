"""A case and the plan that holds it: plain data, drawn by judge.plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Transformation:
    """One transformation of the entry point on one case, as a runner is asked for it.

    ``static`` names the inputs that stay Python values under ``jit``. ``others`` holds arrays by
    name: for ``vmap`` the second row of every array input, for ``grad`` what each inexact leaf of
    the output is multiplied by before all is summed, in order. ``wrt``: the inputs that ``grad``
    differentiates by.
    """

    name: str
    inputs: dict[str, Value]
    static: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    others: Mapping[str, Value] = field(default_factory=dict)
