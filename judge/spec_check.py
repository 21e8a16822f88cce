"""What the schema cannot say of problem.yaml: names exist, domains nest, ranges fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import ml_dtypes
import numpy as np

from judge.package_error import Complaints, nearest
from judge.package_yaml import Location, Source, dotted
from judge.spec import (
    Agree,
    ArrayInput,
    DType,
    Grading,
    ProblemSpec,
    Regime,
    ScalarInput,
    Transplant,
)

MAX_ELEMENTS = 1 << 24

_BOUNDED_REGIMES = {Regime.UNIFORM, Regime.INTEGERS, Regime.ZEROS}
_EXACT_REGIMES = {Regime.INTEGERS, Regime.ZEROS}


def check_spec(spec: ProblemSpec, source: Source, complaints: Complaints) -> None:
    """Add every incoherence of ``spec`` to ``complaints``, with its line in ``source``."""
    _Checker(spec, source, complaints).check()


class _Checker:
    def __init__(self, spec: ProblemSpec, source: Source, complaints: Complaints) -> None:
        self.spec = spec
        self.source = source
        self.complaints = complaints
        self.scalars = {i.name: i for i in spec.inputs if isinstance(i, ScalarInput)}
        self.arrays = {i.name: i for i in spec.inputs if isinstance(i, ArrayInput)}
        self.names = [*spec.symbols, *self.scalars, *self.arrays]

    def check(self) -> None:
        self._names()
        for name, symbol in self.spec.symbols.items():
            place = ("symbols", name, "range")
            if symbol.range[0] < 0:
                self._say(place, "a size is not negative")
            self._ordered(place, symbol.range)
        for index, declared in enumerate(self.spec.inputs):
            if isinstance(declared, ScalarInput):
                self._scalar(("inputs", index), declared)
            else:
                self._array(("inputs", index), declared)
        self._output()
        self._trace()
        self._transforms()
        for index in range(len(self.spec.groups)):
            self._group(index)
        if sum(group.points for group in self.spec.groups) <= 0:
            self._say(("groups",), "no group gives any points")

    def _say(self, location: Location, message: str) -> None:
        self.complaints.add(
            f"{dotted(location)}: {message}", self.source.file, self.source.line(location)
        )

    def _names(self) -> None:
        spec = self.spec
        self._unique("inputs", "name", [*(i.name for i in spec.inputs)])
        self._unique("groups", "name", [group.name for group in spec.groups])
        self._unique("pitfalls", "id", [pitfall.id for pitfall in spec.pitfalls])
        for index, declared in enumerate(spec.inputs):
            if declared.name in spec.symbols:
                self._say(("inputs", index, "name"), f"'{declared.name}' is a symbol too")

    def _unique(self, key: str, field: str, values: Sequence[str]) -> None:
        seen: Counter[str] = Counter()
        for index, value in enumerate(values):
            seen[value] += 1
            if seen[value] == 2:
                self._say((key, index, field), f"'{value}' stands twice")

    def _ordered(self, place: Location, bounds: Sequence[float]) -> bool:
        if bounds[0] > bounds[1]:
            self._say(place, f"the lower bound {bounds[0]} is above the upper one {bounds[1]}")
        return bounds[0] <= bounds[1]

    def _scalar(self, place: Location, declared: ScalarInput) -> None:
        where = (*place, "range")
        if declared.type == "bool":
            if declared.range is not None or declared.cast is not None:
                self._say(place, "a bool has no range and no cast")
            if declared.static:
                self._say((*place, "static"), "a static input must be a whole number")
            return
        if declared.cast is not None and declared.type != "float":
            self._say((*place, "cast"), "only a float is cast to int")
        if declared.static and not declared.integral:
            self._say((*place, "static"), "a static input must be an int or have cast: int")
        if declared.range is None:
            self._say(place, "the key 'range' is missing")
            return
        self._ordered(where, declared.range)
        if declared.integral:
            self._whole(where, declared.range)
            # Beyond 2**53 a float no longer holds every whole number.
            if max(map(abs, declared.range)) > (2**53 if declared.type == "float" else 2**63 - 1):
                self._say(where, "is wider than the type holds exactly")

    def _whole(self, place: Location, values: Iterable[object]) -> None:
        if not all(isinstance(v, int) for v in values):
            self._say(place, "the bounds must be whole numbers")

    def _array(self, place: Location, declared: ArrayInput) -> None:
        largest = [self._dimension((*place, "dims", i), d) for i, d in enumerate(declared.dims)]
        if math.prod(largest) > MAX_ELEMENTS:
            self._say((*place, "dims"), f"can reach more than {MAX_ELEMENTS} elements")
        if len(set(declared.values)) < len(declared.values):
            self._say((*place, "values"), "a regime stands twice")
        allowed, why = set(Regime), ""
        if not is_inexact(declared.dtype):
            allowed, why = _EXACT_REGIMES, f"for {declared.dtype}"
        elif declared.range is not None:
            allowed, why = _BOUNDED_REGIMES, "where a range is given"
        for index, regime in enumerate(declared.values):
            if regime not in allowed:
                words = ", ".join(sorted(allowed))
                self._say(
                    (*place, "values", index), f"'{regime}' is not possible {why}, only {words}"
                )
        if declared.range is not None:
            self._array_range(place, declared, declared.range)

    def _array_range(
        self, place: Location, declared: ArrayInput, bounds: tuple[float, float]
    ) -> None:
        where = (*place, "range")
        if declared.dtype is DType.BOOL:
            self._say(where, "a bool has no range")
            return
        self._ordered(where, bounds)
        if Regime.INTEGERS in declared.values:
            self._whole(where, bounds)
        if Regime.ZEROS in declared.values and not bounds[0] <= 0 <= bounds[1]:
            self._say(where, "does not hold 0, which the regime 'zeros' draws")
        lowest, highest = dtype_limits(declared.dtype)
        if bounds[0] < lowest or bounds[1] > highest:
            self._say(where, f"is wider than {declared.dtype}, [{lowest}, {highest}]")

    def _dimension(self, place: Location, dimension: int | str) -> int:
        """Check one dimension; the largest size that it can have."""
        if isinstance(dimension, int):
            if dimension < 0:
                self._say(place, "a size is not negative")
            return dimension
        if dimension in self.spec.symbols:
            return self.spec.symbols[dimension].range[1]
        scalar = self.scalars.get(dimension)
        sizes = [*self.spec.symbols, *(n for n, s in self.scalars.items() if s.static)]
        if scalar is None:
            self._say(place, f"'{dimension}' is no symbol and no input{nearest(dimension, sizes)}")
            return 0
        if not scalar.static or not scalar.integral:
            self._say(place, f"the input '{dimension}' must be static and whole to be a size")
        if scalar.range is not None and scalar.range[0] < 0:
            self._say(place, f"the input '{dimension}' can be negative, so it is no size")
        return int(scalar.range[1]) if scalar.range is not None else 0

    def _output(self) -> None:
        output = self.spec.output
        if output.type != "array" and output.dims:
            self._say(("output", "dims"), f"a {output.type} has no dims")
        if output.type == "array" and (output.dims is None or output.dtype is None):
            self._say(("output",), "an array needs the keys 'dtype' and 'dims'")
        for index, dimension in enumerate(output.dims or ()):
            self._dimension(("output", "dims", index), dimension)

    def _trace(self) -> None:
        if not self.spec.trace.observe:
            if self.spec.trace.agree is not Agree.OFF:
                self._say(("trace", "agree"), "nothing is observed; name classes in trace.observe")
            if self.spec.transplant is not Transplant.OFF:
                self._say(("transplant",), "nothing is observed; name classes in trace.observe")

    def _transforms(self) -> None:
        spec = self.spec
        place: Location = ("transforms",)
        if spec.cost is Grading.REQUIRED:
            self._say(("cost",), "is reported or off: clocks on a shared machine grade nobody")
        if spec.transforms.vmap is not Grading.OFF and not self.arrays:
            self._say((*place, "vmap"), "there is no array input to map over")
        real = {n for n, a in self.arrays.items() if a.dtype.startswith(("float", "bfloat"))}
        if spec.transforms.grad is not Grading.OFF and not real:
            self._say((*place, "grad"), "there is no array of real numbers to differentiate by")
        for name in ("vmap", "grad"):
            asked = getattr(spec.transforms, name) is not Grading.OFF
            if asked and spec.transplant is Transplant.PASSES:
                self._say((*place, name), "needs the reference's parameters; transplant passes")
        for index, name in enumerate(spec.transforms.wrt):
            if name not in real:
                tail = nearest(name, real)
                self._say((*place, "wrt", index), f"'{name}' is no array of real numbers{tail}")
        for index, group in enumerate(spec.groups):
            if group.name == "transforms":
                self._say(("groups", index, "name"), "'transforms' names the transformations")

    def _group(self, index: int) -> None:
        group = self.spec.groups[index]
        place: Location = ("groups", index)
        for name, domain in group.domains.items():
            self._domain((*place, "domains", name), name, domain)
        if group.after_due and not group.after_due.shows_more_than(group.visibility):
            self._say(
                (*place, "after_due"),
                f"'{group.after_due}' shows no more than '{group.visibility}' does before",
            )
        if len(group.include) > group.cases:
            self._say((*place, "include"), f"holds more entries than the {group.cases} cases")
        for number, entry in enumerate(group.include):
            for name, value in entry.items():
                self._fixed((*place, "include", number, name), name, value)

    def _domain(self, place: Location, name: str, domain: Sequence[float | str]) -> None:
        if name in self.arrays:
            for value in domain:
                self._regime(place, name, value)
            return
        bounds = self._bounds(place, name)
        if bounds is None:
            return
        if len(domain) != 2 or any(isinstance(v, str) for v in domain):
            self._say(place, "must be two numbers, [lowest, highest]")
            return
        low, high = (v for v in domain if not isinstance(v, str))
        if self._ordered(place, (low, high)) and not bounds[0] <= low <= high <= bounds[1]:
            self._say(place, f"leaves the declared range [{bounds[0]}, {bounds[1]}]")
        if self._is_whole(name):
            self._whole(place, (low, high))

    def _fixed(self, place: Location, name: str, value: bool | float | str) -> None:
        if name in self.arrays:
            self._regime(place, name, value)
            return
        if name in self.scalars and self.scalars[name].type == "bool":
            if not isinstance(value, bool):
                self._say(place, "must be true or false")
            return
        bounds = self._bounds(place, name)
        if bounds is None:
            return
        if isinstance(value, bool | str) or (self._is_whole(name) and not isinstance(value, int)):
            self._say(
                place, "must be a whole number" if self._is_whole(name) else "must be a number"
            )
        elif not bounds[0] <= value <= bounds[1]:
            self._say(place, f"{value} leaves the declared range [{bounds[0]}, {bounds[1]}]")

    def _regime(self, place: Location, name: str, value: object) -> None:
        declared = self.arrays[name].values
        if value not in declared:
            words = ", ".join(declared)
            self._say(place, f"'{value}' is not among the declared values of {name}: {words}")

    def _bounds(self, place: Location, name: str) -> tuple[float, float] | None:
        if name in self.spec.symbols:
            return self.spec.symbols[name].range
        if name in self.scalars:
            if self.scalars[name].type == "bool":
                self._say(place, "a bool has no domain; use include")
            return self.scalars[name].range
        self._say(place, f"'{name}' is no symbol and no input{nearest(name, self.names)}")
        return None

    def _is_whole(self, name: str) -> bool:
        return name in self.spec.symbols or self.scalars[name].integral


def is_inexact(dtype: DType) -> bool:
    """Whether values of the dtype are floating-point or complex numbers."""
    return not dtype.startswith(("int", "uint", "bool"))


def dtype_limits(dtype: DType) -> tuple[float, float]:
    """Smallest and largest finite value of a dtype other than bool (of a part, if complex)."""
    if not is_inexact(dtype):
        info = np.iinfo(dtype.value)
        return int(info.min), int(info.max)
    part = {DType.COMPLEX64: "float32", DType.COMPLEX128: "float64"}.get(dtype, dtype.value)
    limits = ml_dtypes.finfo(part)  # type: ignore[no-untyped-call]
    return float(limits.min), float(limits.max)
