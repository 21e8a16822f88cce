"""The input validator: whether drawn cases lie inside the declared domains.

It knows the declarations only, nothing of how values are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from judge.case import Case, Plan, Value
from judge.draw import numpy_dtype
from judge.numbers import Array, Kind, kind_of, widen
from judge.package import Package
from judge.plan import drawn_regimes, number_in_group
from judge.spec import ArrayInput, GroupSpec, ProblemSpec, Regime, ScalarInput

Bounds = tuple[float, float]

# Magnitudes that tell the regimes apart; both hold for every floating dtype.
_LARGE_FROM = 1.0
_TINY_TO = 0.01


def outside(package: Package, plan: Plan) -> list[str]:
    """What lies outside in the cases of a plan, a line each with the seed and the case."""
    regimes = drawn_regimes(package, plan)
    return [
        f"plan seed {plan.seed}, case {case.index} ({case.group}): {complaint}"
        for case in plan.cases
        for complaint in complaints(package.spec, case, regimes[case.index])
    ]


def complaints(spec: ProblemSpec, case: Case, regimes: Mapping[str, Regime]) -> list[str]:
    """What of one case lies outside the domains that its group and the inputs declare. Values
    that the group includes may leave the group's domains, not the declared ranges."""
    declared_names = spec.parameters
    if list(case.inputs) != declared_names:
        return [f"has the inputs {', '.join(case.inputs)}, not {', '.join(declared_names)}"]
    group, number = spec.group(case.group), number_in_group(spec, case)
    fixed = group.include[number] if number < len(group.include) else {}
    domains = _Domains(group, set(fixed))
    found: list[str] = []
    sizes: dict[str, int] = {}
    for declared in spec.inputs:
        value = case.inputs[declared.name]
        if isinstance(declared, ScalarInput):
            found += _scalar(declared, value, domains)
            if declared.static and isinstance(value, int | float):
                sizes[declared.name] = int(value)
    for declared in spec.inputs:
        value = case.inputs[declared.name]
        if isinstance(declared, ArrayInput):
            if not isinstance(value, np.ndarray):
                found.append(f"{declared.name} is a {type(value).__name__}, not an array")
                continue
            found += _shape(spec, declared, value, sizes, domains)
            found += _values(declared, value, regimes[declared.name], domains)
    return found


class _Domains:
    """The bounds that hold for one case."""

    def __init__(self, group: GroupSpec, fixed: set[str]) -> None:
        self._group = group
        self._fixed = fixed

    def bounds(self, name: str, declared: Bounds | None) -> Bounds | None:
        """Of a symbol or a scalar."""
        own = None if name in self._fixed else self._group.domains.get(name)
        low, high = own or declared or (None, None)
        return None if low is None or high is None else (float(low), float(high))

    def regimes(self, declared: ArrayInput) -> tuple[str, ...]:
        """Of an array."""
        own = None if declared.name in self._fixed else self._group.domains.get(declared.name)
        return tuple(str(regime) for regime in own or declared.values)


def _scalar(declared: ScalarInput, value: Value, domains: _Domains) -> list[str]:
    name, wanted = declared.name, {"float": float, "int": int, "bool": bool}[declared.type]
    if type(value) is not wanted:
        return [f"{name} is a {type(value).__name__}, not a {declared.type}"]
    bounds = domains.bounds(name, declared.range)
    if bounds is not None and not bounds[0] <= float(value) <= bounds[1]:
        return [f"{name} is {value}, outside [{bounds[0]:g}, {bounds[1]:g}]"]
    if declared.integral and float(value) != int(value):
        return [f"{name} is {value}, not a whole number"]
    return []


def _shape(
    spec: ProblemSpec,
    declared: ArrayInput,
    value: Array,
    sizes: dict[str, int],
    domains: _Domains,
) -> list[str]:
    """Dtype and dimensions. ``sizes`` holds what symbols and static inputs were met as."""
    name = declared.name
    if value.dtype != numpy_dtype(declared.dtype):
        return [f"{name} has the dtype {value.dtype}, not {declared.dtype}"]
    if value.ndim != len(declared.dims):
        return [f"{name} has {value.ndim} dimensions, not {len(declared.dims)}"]
    found = []
    for size, dimension in zip(value.shape, declared.dims, strict=True):
        wanted = dimension if isinstance(dimension, int) else sizes.setdefault(dimension, size)
        if size != wanted:
            found.append(f"{name} has the size {size} where {dimension} is {wanted}")
        if isinstance(dimension, str) and dimension in spec.symbols:
            low, high = domains.bounds(dimension, spec.symbols[dimension].range) or (0, size)
            if not low <= size <= high:
                found.append(f"{dimension} is {size}, outside [{low:g}, {high:g}]")
    return found


def _values(declared: ArrayInput, value: Array, regime: Regime, domains: _Domains) -> list[str]:
    name = declared.name
    if regime not in domains.regimes(declared):
        listed = ", ".join(domains.regimes(declared))
        return [f"{name} is drawn from {regime}, not from one of {listed}"]
    if not value.size:
        return []
    if kind_of(value.dtype) is Kind.COMPLEX:
        value = np.stack([value.real, value.imag])
    wide = widen(value)
    if kind_of(value.dtype) is Kind.FLOAT:
        finite = bool(np.isfinite(wide).all())
        if finite == (regime in (Regime.NAN, Regime.INF)):
            return [f"{name} of the regime {regime} is {'' if finite else 'not '}finite"]
    low, high = _range(declared, regime, value)
    smallest, largest = np.nanmin(wide), np.nanmax(wide)
    if regime is not Regime.INF and not (low <= smallest and largest <= high):
        return [f"{name} of the regime {regime} holds {smallest} to {largest}, outside "
                f"[{low:g}, {high:g}]"]  # fmt: skip
    magnitudes = np.abs(wide.astype(np.float64))
    if regime is Regime.LARGE and magnitudes.min() < _LARGE_FROM:
        return [f"{name} of the regime large holds {magnitudes.min()}"]
    if regime is Regime.TINY and not 0 < magnitudes.min() <= magnitudes.max() <= _TINY_TO:
        return [f"{name} of the regime tiny holds {magnitudes.min()} to {magnitudes.max()}"]
    if regime is Regime.INTEGERS and np.any(wide != np.trunc(wide)):
        return [f"{name} of the regime integers holds other numbers"]
    return []


def _range(declared: ArrayInput, regime: Regime, value: Array) -> Bounds:
    """Bounds of the values, as the array's dtype writes them. The default ranges are those that
    docs/problem-package.md promises."""
    bounds: Bounds = (-np.inf, np.inf)
    if regime is Regime.ZEROS:
        bounds = (0, 0)
    elif declared.dtype == "bool":
        bounds = (0, 1)
    elif regime in (Regime.UNIFORM, Regime.INTEGERS):
        default = (-1, 1) if regime is Regime.UNIFORM else (-9, 9)
        if kind_of(value.dtype) is Kind.INTEGER and declared.dtype.startswith("uint"):
            default = (0, 9)
        bounds = declared.range or default
    if kind_of(value.dtype) is Kind.FLOAT:
        low, high = np.array(bounds).astype(value.dtype).astype(np.float64)
        return float(low), float(high)
    return bounds
