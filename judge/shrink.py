"""Looks for the smallest case on which a program still fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from judge.case import Case, Plan, Value
from judge.draw import Stream, draw_array
from judge.execution import Execution
from judge.judge import Judge
from judge.package import Package
from judge.plan import new_seed
from judge.reference import ReferenceRunner
from judge.report import CaseResult
from judge.result import case_result
from judge.spec import ArrayInput, GroupSpec, ProblemSpec, Regime, ScalarInput
from judge.verdict import Verdict

_JUDGINGS = 40
_SECONDS = 60.0
_PLAIN = (Regime.ZEROS, Regime.INTEGERS)

Regimes = Mapping[str, Regime]


@dataclass(frozen=True)
class Failing:
    """A case, what the judge says of the program on it, and how many cases that took."""

    case: Case
    result: CaseResult
    judgings: int


def shrink(
    package: Package,
    source: str,
    start: Sequence[tuple[Case, Regimes]],
    wanted: CaseResult,
    *,
    judge: Judge,
    backend: str = "cpu",
) -> Failing | None:
    """The smallest case found on which the program gets the verdict, reason and exception of
    ``wanted``: from the first case of ``start`` that fails so (each with the regimes that its
    arrays were drawn from), within the declared domains of its group. First sizes are made
    smaller, then numbers, then values plainer.

    At most 40 cases are judged, for about a minute. None where no case of ``start`` fails alike,
    and for limits of time, memory and output: each try would cost the limit. Raises JudgeError
    where the judge cannot run.
    """
    if wanted.verdict not in (Verdict.WA, Verdict.RTE):
        return None
    # Answers are remembered by seed and index: a fresh seed keeps these apart from any plan's.
    plan = Plan(seed=new_seed(), pool_epoch=0, cases=())
    with (
        judge.reference(package, plan, backend) as reference,
        judge.execution(package, source, backend) as execution,
    ):
        loaded = execution.load()
        if loaded.failure is not None or loaded.ended is not None:
            return None
        trial = _Trial(package, reference, execution, wanted)
        first = next((one for one in start if trial.fails(one[0])), None)
        if first is not None:
            case, regimes = first

            def holds(smaller: _Sketch) -> bool:
                return trial.fails(smaller.draw(package.spec, case))

            sketch = _Sketch.of(package.spec, case, regimes)
            _minimise(package.spec, package.spec.group(case.group), sketch, holds)
    return trial.best


class _Trial:
    """Judges one case after another and keeps the last that fails as it should."""

    def __init__(
        self,
        package: Package,
        reference: ReferenceRunner,
        execution: Execution,
        wanted: CaseResult,
    ) -> None:
        self.best: Failing | None = None
        self._package = package
        self._reference = reference
        self._execution = execution
        self._wanted = wanted
        self._count = 0
        self._deadline = time.monotonic() + _SECONDS

    def fails(self, case: Case) -> bool:
        """Whether the program fails alike on the case. False once too much was tried."""
        if self._count >= _JUDGINGS or time.monotonic() > self._deadline:
            return False
        self._count += 1
        numbered = replace(case, index=self._count)
        answer = self._execution.call(numbered)
        if answer is None:
            return False
        expected = self._reference.expect_beside(numbered).result()
        result = case_result(self._package, case, expected, answer)
        if not _alike(result, self._wanted):
            return False
        self.best = Failing(case, result, self._count)
        return True


def _alike(result: CaseResult, wanted: CaseResult) -> bool:
    """Whether two cases fail alike. What ``wanted`` does not say may be any: a hidden reason."""
    if result.verdict is not wanted.verdict:
        return False
    if wanted.reason is not None and result.reason is not wanted.reason:
        return False
    raised = _raised(wanted)
    return raised is None or raised == _raised(result)


def _raised(result: CaseResult) -> object:
    return next((f.evidence.get("type") for f in result.findings if f.kind == "exception"), None)


@dataclass(frozen=True)
class _Sketch:
    """What a case is drawn from: sizes (symbols and static inputs), other numbers, regimes."""

    sizes: Mapping[str, int]
    numbers: Mapping[str, float | int | bool]
    regimes: Regimes

    @classmethod
    def of(cls, spec: ProblemSpec, case: Case, regimes: Regimes) -> _Sketch:
        """The sketch of a case. A symbol that no input has among its dims is at its least."""
        sizes = {name: symbol.range[0] for name, symbol in spec.symbols.items()}
        numbers: dict[str, float | int | bool] = {}
        for declared in spec.inputs:
            value = case.inputs[declared.name]
            if isinstance(value, np.ndarray):
                dims = declared.dims if isinstance(declared, ArrayInput) else ()
                named = zip(dims, value.shape, strict=True)
                sizes |= {dim: size for dim, size in named if isinstance(dim, str)}
            elif isinstance(declared, ScalarInput) and declared.static:
                sizes[declared.name] = int(value)
            else:
                numbers[declared.name] = value
        return cls(sizes, numbers, regimes)

    def draw(self, spec: ProblemSpec, case: Case) -> Case:
        """A case of this sketch, in the place of ``case``."""
        inputs: dict[str, Value] = {}
        for declared in spec.inputs:
            name = declared.name
            if isinstance(declared, ArrayInput):
                shape = tuple(d if isinstance(d, int) else self.sizes[d] for d in declared.dims)
                stream = Stream("shrink", name)
                inputs[name] = draw_array(stream, declared, shape, self.regimes[name])
            elif declared.static:
                size = self.sizes[name]
                inputs[name] = float(size) if declared.type == "float" else size
            else:
                inputs[name] = self.numbers[name]
        return replace(case, inputs=inputs)


def _minimise(
    spec: ProblemSpec, group: GroupSpec, sketch: _Sketch, holds: Callable[[_Sketch], bool]
) -> None:
    """Asks ``holds`` of smaller and smaller sketches, going on from those of which it is true."""

    def better(smaller: _Sketch) -> bool:
        nonlocal sketch
        if not holds(smaller):
            return False
        sketch = smaller
        return True

    for name, low in _least_sizes(spec, group).items():
        reached, failed, size = sketch.sizes[name], low - 1, low
        while reached - failed > 1:
            if better(replace(sketch, sizes={**sketch.sizes, name: size})):
                reached = size
            else:
                failed = size
            size = (failed + reached) // 2
    for declared in spec.inputs:
        name = declared.name
        if isinstance(declared, ArrayInput):
            allowed = [str(r) for r in group.domains.get(name, declared.values)]
            for regime in _PLAIN:
                changed = {**sketch.regimes, name: regime}
                if regime in allowed and better(replace(sketch, regimes=changed)):
                    break
        elif name in sketch.numbers:
            for number in _plain_numbers(declared, group, sketch.numbers[name]):
                if better(replace(sketch, numbers={**sketch.numbers, name: number})):
                    break


def _least_sizes(spec: ProblemSpec, group: GroupSpec) -> dict[str, int]:
    """The lower bound of every symbol and static input in the group."""
    ranges = {name: symbol.range for name, symbol in spec.symbols.items()}
    declared = {i.name: i.range for i in spec.inputs if isinstance(i, ScalarInput) and i.static}
    bounds = {**ranges, **declared}
    return {
        name: int(group.domains.get(name, bound)[0])
        for name, bound in bounds.items()
        if bound is not None
    }


def _plain_numbers(
    declared: ScalarInput, group: GroupSpec, now: float | int | bool
) -> list[float | int | bool]:
    """What is plainer than a number and within its domain: what is nearest to 0, then to 1."""
    if declared.type == "bool" or declared.range is None:
        return [False] if now is True else []
    low, high = (float(bound) for bound in group.domains.get(declared.name, declared.range))
    near = [min(max(goal, low), high) for goal in (0.0, 1.0)]
    plain = [number if declared.type == "float" else int(number) for number in near]
    return [number for number in dict.fromkeys(plain) if abs(number) < abs(now)]
