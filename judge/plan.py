"""Draws the plan of a run: which cases, of which shapes, with which values."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from judge.case import Case, Plan, Value
from judge.draw import Stream, draw_array
from judge.package import Package
from judge.spec import ArrayInput, GroupSpec, ProblemSpec, Regime, ScalarInput

Shapes = dict[str, tuple[dict[str, int], ...]]

# The largest whole number that every JSON reader keeps exactly, plus one.
SEED_BOUND = 1 << 53

# How often a shape that the pool already holds is drawn anew before the pool stays smaller.
_ATTEMPTS = 8


def draw(
    package: Package,
    seed: int,
    *,
    groups: Collection[str] | None = None,
    pool_epoch: int = 0,
) -> Plan:
    """The plan of ``seed``: a pure function of the package, the seed and the epoch.

    ``groups`` selects groups by name, None all; the cases of a group are the same, indices
    included, whichever others are selected. ValueError for a name that no group has, or a seed
    or an epoch outside [0, 2**53).
    """
    for what, number in (("plan seed", seed), ("pool epoch", pool_epoch)):
        if not 0 <= number < SEED_BOUND:
            raise ValueError(f"the {what} must be in [0, 2**53), not {number}")
    known = [group.name for group in package.spec.groups]
    unknown = sorted(set(groups or ()) - set(known))
    if unknown:
        raise ValueError(f"no group is called {', '.join(unknown)}; known are {', '.join(known)}")
    pool = shape_pool(package, pool_epoch)
    cases: list[Case] = []
    first = 0
    for group in package.spec.groups:
        if groups is None or group.name in groups:
            cases += _draw_group(package.spec, group, pool[group.name], seed, first)
        first += group.cases
    return Plan(seed=seed, pool_epoch=pool_epoch, cases=tuple(cases))


def new_seed() -> int:
    """A fresh seed that nobody can guess, in [0, 2**53)."""
    return secrets.randbelow(SEED_BOUND)


def shape_pool(package: Package, epoch: int) -> Shapes:
    """The bounded set of shapes that a group's cases take, by group: first its ``include``
    entries, completed, then up to ``pool.shapes`` others. Each gives every symbol and every
    static input a value. A pure function of the package's sha256 and the epoch."""
    return {
        group.name: _group_pool(package.spec, group, package.sha256, epoch)
        for group in package.spec.groups
    }


def warmup_cases(package: Package, epoch: int) -> tuple[Case, ...]:
    """One case for every shape of the pool, with values that no plan has: for public code that
    compiles what the cases' shapes will need."""
    cases: list[Case] = []
    for name, shapes in shape_pool(package, epoch).items():
        group = package.spec.group(name)
        for shape in shapes:
            inputs: dict[str, Value] = {}
            for declared in package.spec.inputs:
                stream = Stream("warmup", name, len(cases), declared.name)
                inputs[declared.name] = _value(stream, declared, group, {}, shape)
            cases.append(Case(len(cases), name, group.visibility, inputs))
    return tuple(cases)


def redrawn(package: Package, plan: Plan, case: Case) -> Case:
    """A case of the plan with its arrays drawn anew: the same shapes and scalars, other values."""
    group = package.spec.group(case.group)
    inputs = dict(case.inputs)
    for declared in package.spec.inputs:
        value = inputs[declared.name]
        if isinstance(declared, ArrayInput) and isinstance(value, np.ndarray):
            stream = Stream("plan", plan.seed, case.index, declared.name, "redrawn")
            regime = _regime(stream, declared, group)
            inputs[declared.name] = draw_array(stream, declared, value.shape, regime)
    return replace(case, inputs=inputs)


def drawn_regimes(package: Package, plan: Plan) -> dict[int, dict[str, Regime]]:
    """The regime that each array's values were drawn from, by the index of the case."""
    found: dict[int, dict[str, Regime]] = {}
    for case in plan.cases:
        group, number = package.spec.group(case.group), number_in_group(package.spec, case)
        fixed = group.include[number] if number < len(group.include) else {}
        found[case.index] = {
            declared.name: _regime_of(
                Stream("plan", plan.seed, group.name, number, declared.name), declared, group, fixed
            )
            for declared in package.spec.inputs
            if isinstance(declared, ArrayInput)
        }
    return found


def number_in_group(spec: ProblemSpec, case: Case) -> int:
    """The place of a case among those of its group, from 0; the first are the included ones."""
    names = [group.name for group in spec.groups]
    before = spec.groups[: names.index(case.group)]
    return case.index - sum(group.cases for group in before)


def _group_pool(
    spec: ProblemSpec, group: GroupSpec, sha256: str, epoch: int
) -> tuple[dict[str, int], ...]:
    ranges = _shape_ranges(spec, group)
    entries: list[dict[str, int]] = []
    for number, fixed in enumerate(group.include):
        stream = Stream("pool", sha256, epoch, group.name, "include", number)
        entries.append(_shape(stream, ranges, fixed))
    stream = Stream("pool", sha256, epoch, group.name, "random")
    for _ in range(spec.pool.shapes):
        for _ in range(_ATTEMPTS):
            entry = _shape(stream, ranges, {})
            if entry not in entries:
                entries.append(entry)
                break
    # Where the domains allow nothing but what is included, other cases take that.
    if len(entries) == len(group.include):
        entries.append(_shape(stream, ranges, {}))
    return tuple(entries)


def _shape(
    stream: Stream, ranges: Mapping[str, tuple[int, int]], fixed: Mapping[str, object]
) -> dict[str, int]:
    drawn = {name: stream.integer(low, high) for name, (low, high) in ranges.items()}
    return {name: _whole(fixed.get(name, value)) for name, value in drawn.items()}


def _shape_ranges(spec: ProblemSpec, group: GroupSpec) -> dict[str, tuple[int, int]]:
    """What the pool draws: symbols, then static inputs, each with its domain in this group."""
    ranges: dict[str, tuple[int, int]] = {}
    for name, symbol in spec.symbols.items():
        low, high = _domain(group, name, symbol.range)
        ranges[name] = int(low), int(high)
    for declared in spec.inputs:
        if isinstance(declared, ScalarInput) and declared.static:
            low, high = _domain(group, declared.name, declared.range)
            ranges[declared.name] = int(low), int(high)
    return ranges


def _draw_group(
    spec: ProblemSpec,
    group: GroupSpec,
    pool: Sequence[Mapping[str, int]],
    seed: int,
    first: int,
) -> list[Case]:
    others = pool[len(group.include) :]
    order = Stream("plan", seed, group.name, "shapes").shuffled(len(others))
    cases: list[Case] = []
    for number in range(group.cases):
        if number < len(group.include):
            fixed, shape = group.include[number], pool[number]
        else:
            # Without replacement, until the pool is used up.
            fixed = {}
            shape = others[order[(number - len(group.include)) % len(order)]]
        inputs: dict[str, Value] = {}
        for declared in spec.inputs:
            stream = Stream("plan", seed, group.name, number, declared.name)
            inputs[declared.name] = _value(stream, declared, group, fixed, shape)
        cases.append(Case(first + number, group.name, group.visibility, inputs))
    return cases


def _value(
    stream: Stream,
    declared: ScalarInput | ArrayInput,
    group: GroupSpec,
    fixed: Mapping[str, object],
    shape: Mapping[str, int],
) -> Value:
    if isinstance(declared, ArrayInput):
        regime = _regime_of(stream, declared, group, fixed)
        sizes = tuple(d if isinstance(d, int) else shape[d] for d in declared.dims)
        return draw_array(stream, declared, sizes, regime)
    if declared.static:
        number: object = shape[declared.name]
    elif declared.name in fixed:
        number = fixed[declared.name]
    else:
        number = _scalar(stream, declared, group)
    if declared.type == "bool":
        return bool(number)
    return float(_real(number)) if declared.type == "float" else _whole(number)


def _regime_of(
    stream: Stream, declared: ArrayInput, group: GroupSpec, fixed: Mapping[str, object]
) -> Regime:
    """The first thing drawn from an array's stream, unless the case's include names it."""
    return Regime(str(fixed.get(declared.name, _regime(stream, declared, group))))


def _regime(stream: Stream, declared: ArrayInput, group: GroupSpec) -> Regime:
    regimes = [Regime(str(r)) for r in group.domains.get(declared.name, declared.values)]
    return regimes[stream.integer(0, len(regimes) - 1)]


def _scalar(stream: Stream, declared: ScalarInput, group: GroupSpec) -> float:
    if declared.type == "bool":
        return stream.integer(0, 1)
    low, high = _domain(group, declared.name, declared.range)
    if declared.integral:
        return stream.integer(int(low), int(high))
    return min(low + (high - low) * float(stream.units(1)[0]), high)


def _domain(
    group: GroupSpec, name: str, declared: tuple[float, float] | None
) -> tuple[float, float]:
    """The bounds of a symbol or a number in this group; loading has shown that there are some."""
    bounds = group.domains.get(name, declared)
    if bounds is None:
        raise TypeError(f"{name} has no range")
    return _real(bounds[0]), _real(bounds[1])


def _real(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value
