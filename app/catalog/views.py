"""A package's declarations as rows to show."""

from __future__ import annotations

from collections.abc import Collection

from app.catalog.schemas import GroupView, LimitsView, PitfallRow, ValueRow
from judge.package import Package
from judge.spec import ArrayInput, OutputSpec, ProblemSpec, ScalarInput
from judge.verdict import Visibility


def input_rows(spec: ProblemSpec) -> tuple[ValueRow, ...]:
    """The inputs, in the order of the entry point's parameters."""
    return tuple(
        _array_row(item, spec) if isinstance(item, ArrayInput) else _scalar_row(item)
        for item in spec.inputs
    )


def output_row(output: OutputSpec) -> ValueRow:
    """What the entry point returns."""
    return ValueRow(
        name="return",
        type=output.type,
        dtype=output.dtype.value if output.dtype else None,
        shape=None if output.dims is None else tuple(str(dim) for dim in output.dims),
        meaning=output.meaning,
    )


def signature(spec: ProblemSpec) -> str:
    """The entry point as it is called, for example ``solve(seed, x)``."""
    return f"{spec.entry}({', '.join(item.name for item in spec.inputs)})"


def pitfall_rows(spec: ProblemSpec) -> tuple[PitfallRow, ...]:
    """The mistakes that the problem names."""
    return tuple(
        PitfallRow(id=pitfall.id, message=pitfall.message, section=pitfall.section)
        for pitfall in spec.pitfalls
    )


def group_views(spec: ProblemSpec, hidden_groups: Collection[str] = ()) -> tuple[GroupView, ...]:
    """The groups of cases, some of them hidden although the package shows them."""
    return tuple(
        GroupView(
            name=group.name,
            cases=group.cases,
            points=float(group.points),
            visibility=(
                Visibility.VERDICT if group.name in hidden_groups else group.visibility
            ).value,
            after_due=group.after_due,
        )
        for group in spec.groups
    )


def limits_view(package: Package) -> LimitsView:
    """What a program may use for one case."""
    limits = package.spec.limits
    return LimitsView(
        wall_s=float(limits.wall_s),
        cpu_s=float(limits.cpu_s),
        memory_mb=limits.memory_mb,
        output_kb=limits.output_kb,
    )


def _scalar_row(item: ScalarInput) -> ValueRow:
    domain = ""
    if item.range is not None:
        low, high = item.range
        domain = f"{low} to {high}"
    if item.cast == "int":
        domain = f"{domain}, a whole number".lstrip(", ")
    return ValueRow(name=item.name, type=item.type, domain=domain, meaning=item.meaning)


def _array_row(item: ArrayInput, spec: ProblemSpec) -> ValueRow:
    sizes = [
        f"{dim} {spec.symbols[dim].range[0]} to {spec.symbols[dim].range[1]}"
        for dim in item.dims
        if isinstance(dim, str) and dim in spec.symbols
    ]
    return ValueRow(
        name=item.name,
        type=item.type,
        dtype=item.dtype.value,
        shape=tuple(str(dim) for dim in item.dims),
        domain=", ".join(sizes),
        meaning=item.meaning,
    )
