"""The reference of a package computed in other ways, right ones and wrong ones, and measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import ml_dtypes
import numpy as np

from judge.answer import Answer, Output
from judge.case import Case, Plan, Transformation, Value
from judge.compare import compare
from judge.draw import Stream
from judge.numbers import Array, Kind, kind_of
from judge.package import Package
from judge.plan import redrawn
from judge.reference import REFERENCE, describe_failure
from judge.report import Diff
from judge.result import case_result
from judge.sandbox.backend import Process
from judge.spec import ArrayInput, ProblemSpec
from judge.transforms import stacked, static_inputs
from judge.validation.document import CalibrationRow, Wanted
from judge.verdict import Reason

HEADROOM = 5.0
"""How many times below the tolerance the errors of right computations must stay."""

_NARROW_BITS = 16


@dataclass(frozen=True)
class _Measured:
    """A computation on one case: its margin, and whether the case was accepted."""

    case: int
    margin: float
    accepted: bool
    note: str = ""


class _NotComputed(Exception):
    """A way of computing that this reference does not bear, or that means nothing here."""


@dataclass(frozen=True)
class Ways:
    """The reference computed in other ways, on every case of a plan."""

    package: Package
    plan: Plan
    expected: tuple[Answer, ...]
    plain: Process
    wide: Process

    def right(self) -> Iterator[CalibrationRow]:
        """The rows of what must pass."""
        self._load(self.plain)
        self._load(self.wide)
        ways: dict[str, Callable[[Case, Answer], _Measured]] = {
            "float64": self._float64,
            "jit": self._jitted,
            "vmap": self._mapped,
            "sums reordered": self._reordered,
        }
        for name, way in ways.items():
            yield self._row(name, Wanted.PASS, way)

    def wrong(self) -> Iterator[CalibrationRow]:
        """The rows of what must fail on some case."""
        yield self._row("bfloat16", Wanted.FAIL, self._bfloat16)
        yield self._row("zeros", Wanted.FAIL, self._zeros)

    def _row(
        self, name: str, wanted: Wanted, way: Callable[[Case, Answer], _Measured]
    ) -> CalibrationRow:
        try:
            found = [way(c, e) for c, e in zip(self.plan.cases, self.expected, strict=True)]
        except _NotComputed as why:
            return CalibrationRow(name=name, wanted=wanted, note=str(why))
        worst = max(found, key=lambda one: one.margin)
        right = (
            worst.margin <= 1 / HEADROOM
            if wanted is Wanted.PASS
            else not all(one.accepted for one in found)
        )
        return CalibrationRow(
            name=name,
            wanted=wanted,
            margin=worst.margin,
            case=worst.case,
            right=right,
            note=worst.note,
        )

    def _float64(self, case: Case, expected: Answer) -> _Measured:
        answer = self.wide.call(REFERENCE, {n: _widened(v) for n, v in case.inputs.items()})
        return self._compared(case, expected, _narrowed(_output(answer), _output(expected)))

    def _jitted(self, case: Case, expected: Answer) -> _Measured:
        asked = Transformation("jit", case.inputs, static=static_inputs(self.package.spec))
        return self._compared(case, expected, _output(self.plain.transform(REFERENCE, asked)))

    def _mapped(self, case: Case, expected: Answer) -> _Measured:
        other = redrawn(self.package, self.plan, case).inputs
        rows = {name: value for name, value in other.items() if isinstance(value, np.ndarray)}
        if not rows:
            raise _NotComputed("no input is an array")
        second = self.plain.call(REFERENCE, other)
        _output(second)
        answer = self.plain.transform(REFERENCE, Transformation("vmap", case.inputs, others=rows))
        return self._compared(case, stacked(expected, second), _output(answer))

    def _reordered(self, case: Case, expected: Answer) -> _Measured:
        spec = self.package.spec
        symbols = [name for name, symbol in spec.symbols.items() if symbol.permutable]
        if not symbols:
            raise _NotComputed("no symbol is declared permutable")
        inputs, orders = permuted(spec, case, symbols)
        answer = self.plain.call(REFERENCE, inputs)
        return self._compared(case, _output_permuted(spec, expected, orders), _output(answer))

    def _bfloat16(self, case: Case, expected: Answer) -> _Measured:
        if not any(_wide_float(leaf.value) for leaf in _output(expected).leaves):
            raise _NotComputed("nothing in the answer is wider than 16 bits")
        inputs = {
            name: _rounded(value) if isinstance(value, np.ndarray) else value
            for name, value in case.inputs.items()
        }
        trace = self.package.spec.trace
        answer = self.plain.call(REFERENCE, inputs, trace.observe, sown=trace.sown)
        return self._judged(case, expected, answer, _rounded)

    def _zeros(self, case: Case, expected: Answer) -> _Measured:
        return self._judged(case, expected, Answer(0.0, output=_output(expected)), np.zeros_like)

    def _compared(self, case: Case, expected: Answer, got: Output) -> _Measured:
        """By the rule of comparison alone: layers are not observed in every way of computing."""
        spec = self.package.spec
        found = compare(_output(expected), got, spec.compare, spec.output)
        margin = margin_of(found.reason, found.diffs)
        return _Measured(case.index, margin, found.passed, found.message)

    def _judged(
        self, case: Case, expected: Answer, answer: Answer, change: Callable[[Array], Array]
    ) -> _Measured:
        """As a submission would be that returned the changed answer."""
        changed = replace(answer, output=_mapped_leaves(_output(answer), change))
        result = case_result(self.package, case, expected, changed)
        margin = margin_of(result.reason, result.diffs)
        return _Measured(case.index, margin, result.reason is None)

    def _load(self, process: Process) -> None:
        spec = self.package.spec
        names = spec.parameters
        process.load(REFERENCE, self.package.reference, spec.entry, names)


def permuted(
    spec: ProblemSpec, case: Case, symbols: Sequence[str]
) -> tuple[dict[str, Value], dict[str, Array]]:
    """The inputs with every axis of one of the sizes ``symbols`` in another order, the same for
    all of a size; and the orders, by size."""
    orders: dict[str, Array] = {}
    inputs = dict(case.inputs)
    for declared in spec.inputs:
        value = inputs[declared.name]
        if not isinstance(declared, ArrayInput) or not isinstance(value, np.ndarray):
            continue
        for axis, dimension in enumerate(declared.dims):
            if dimension in symbols:
                name, size = str(dimension), value.shape[axis]
                stream = Stream("calibrate", case.index, name)
                order = orders.setdefault(name, np.array(stream.shuffled(size), dtype=np.intp))
                value = np.take(value, order, axis=axis)
        inputs[declared.name] = value
    return inputs, orders


def _output_permuted(spec: ProblemSpec, expected: Answer, orders: dict[str, Array]) -> Answer:
    """What the permuted inputs should give, by the declared dimensions of the output."""
    axes = [(axis, orders[str(d)]) for axis, d in enumerate(spec.output.dims or ()) if d in orders]

    def change(value: Array) -> Array:
        for axis, order in axes:
            value = np.take(value, order, axis=axis)
        return value

    return replace(expected, output=_mapped_leaves(_output(expected), change))


def margin_of(reason: Reason | None, diffs: Sequence[Diff]) -> float:
    """The largest error ÷ allowed; infinite where something else than values is wrong."""
    if reason not in (None, Reason.VALUES):
        return math.inf
    return max((diff.margin or 0.0 for diff in diffs), default=0.0)


def _output(answer: Answer) -> Output:
    if answer.output is None:
        raise _NotComputed(f"the reference does not bear it: {describe_failure(answer)}")
    return answer.output


def _mapped_leaves(output: Output, change: Callable[[Array], Array]) -> Output:
    leaves = tuple(replace(leaf, value=change(leaf.value)) for leaf in output.leaves)
    return replace(output, leaves=leaves)


def _widened(value: Value) -> Value:
    if not isinstance(value, np.ndarray):
        return value
    wide = {Kind.FLOAT: np.float64, Kind.COMPLEX: np.complex128}.get(kind_of(value.dtype))
    return value if wide is None else value.astype(wide)


def _narrowed(output: Output, like: Output) -> Output:
    """The leaves in the dtypes of ``like``: kinds that differ are left for the comparison."""
    if len(output.leaves) != len(like.leaves):
        return output
    with np.errstate(over="ignore"):
        leaves = tuple(
            replace(leaf, value=leaf.value.astype(wanted.value.dtype))
            if kind_of(leaf.value.dtype) is kind_of(wanted.value.dtype)
            else leaf
            for leaf, wanted in zip(output.leaves, like.leaves, strict=True)
        )
    return replace(output, leaves=leaves)


def _rounded(value: Array) -> Array:
    """Through bfloat16 and back: the least that computing in it does to values."""
    if not _wide_float(value):
        return value
    return value.astype(ml_dtypes.bfloat16).astype(value.dtype)


def _wide_float(value: Array) -> bool:
    return kind_of(value.dtype) is Kind.FLOAT and value.dtype.itemsize * 8 > _NARROW_BITS
