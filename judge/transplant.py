"""Tells a right program whose layers drew other initial parameters from a wrong program.

What linen draws depends on the names of submodules, what NNX draws on the order of construction.
So where an output differs, the reference is run once more with the initial parameters that the
submission's trace shows. They are hostile data: only what could have been drawn is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from judge.answer import Answer, Layer, Trace
from judge.case import Case
from judge.draws import Draws
from judge.layers import class_of
from judge.package import Package
from judge.reference import Parameters, ReferenceRunner
from judge.report import CaseResult, Finding
from judge.result import case_result
from judge.spec import Transplant
from judge.trace import compare_traces, last_pass
from judge.verdict import Reason, Verdict

EXPLANATION = (
    "Your maths is right: your layers drew other initial values, since their names or their order "
    "of construction differ from the task's."
)


@dataclass(frozen=True)
class Transplanted:
    """The initial parameters of a submission, layer by layer in the order in which the reference
    initialises, and the reference's answer with them."""

    parameters: Parameters
    expected: Answer


class Transplants:
    """The transplants of one attempt. It remembers what was drawn for earlier cases, so that a
    program that draws the same for every seed is found."""

    def __init__(self, package: Package, reference: ReferenceRunner) -> None:
        self._package = package
        self._reference = reference
        self._draws = Draws()
        self._done: dict[int, Transplanted] = {}

    @property
    def depend_on_order(self) -> bool:
        """Whether the results of later cases depend on what earlier ones drew."""
        return self._package.spec.transplant is not Transplant.OFF

    def of(self, case: Case) -> Transplanted | None:
        """What was transplanted on that case, None where nothing was."""
        return self._done.get(case.index)

    def judged(self, case: Case, expected: Answer, answer: Answer) -> CaseResult:
        """The result of a case, with the package's policy on transplants applied: a case that is
        right with its own parameters passes, or is explained and stays wrong; one that is not is
        told by what differs with them."""
        result = case_result(self._package, case, expected, answer)
        policy = self._package.spec.transplant
        if policy is Transplant.OFF or result.reason not in (Reason.VALUES, Reason.TRACE):
            return result
        if any(finding.kind == "trace_seed" for finding in compare_traces(expected, answer)):
            return result
        pairs = initial_layers(expected.trace, answer.trace)
        if pairs is None or not all(_alike(wanted, drawn) for wanted, drawn in pairs):
            return result
        refusal = self._draws.refusal(case.index, pairs)
        if refusal is not None:
            return result.model_copy(update={"findings": (refusal, *result.findings)})
        parameters = tuple(drawn.params for _, drawn in pairs)
        other = self._reference.transplanted(case, parameters)
        if other is None or other.output is None:
            return result
        self._done[case.index] = Transplanted(parameters, other)
        again = case_result(self._package, case, other, answer)
        right = again.verdict is Verdict.AC
        if not right:
            return again if policy is Transplant.PASSES else result
        finding = _explained(len(pairs), result, again)
        if policy is Transplant.PASSES:
            return again.model_copy(update={"findings": (finding, *again.findings)})
        return result.model_copy(update={"findings": (finding, *result.findings)})


def initial_layers(reference: Trace, got: Trace) -> list[tuple[Layer, Layer]] | None:
    """For each layer that the reference initialised, in its order, the one that the submission
    initialised in its place; None where that cannot be told.

    Layers are paired by the order in which they are applied and their paths, so that they may be
    constructed in another order; by the order of initialisation where a path says nothing; by the
    order of application where no initialisation was seen.
    """
    wanted = reference.initialised()
    if not wanted:
        return None
    paired = _paired_by_path(reference, got)
    if paired is not None:
        return paired
    drawn = (got.initialised() or got.applied())[-len(wanted) :]
    return list(zip(wanted, drawn, strict=True)) if len(drawn) == len(wanted) else None


def _paired_by_path(reference: Trace, got: Trace) -> list[tuple[Layer, Layer]] | None:
    applied = reference.applied()
    last = last_pass(applied, got.applied())
    if len(last) < len(applied):
        return None
    counterparts = {
        wanted.path: layer.path for wanted, layer in zip(applied, last, strict=True) if wanted.path
    }
    drawn = {layer.path: layer for layer in got.initialised() if layer.path}
    pairs = []
    for wanted in reference.initialised():
        layer = drawn.get(counterparts.get(wanted.path, ""))
        if layer is None:
            return None
        pairs.append((wanted, layer))
    return pairs


def _alike(wanted: Layer, drawn: Layer) -> bool:
    """Whether the layers are of one class and their parameters of the same names, shapes and
    dtypes. Where they are not, the trace has been found to differ, or the output's shape."""
    return class_of(wanted) == class_of(drawn) and _described(wanted) == _described(drawn)


def _described(layer: Layer) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
    return {name: (value.shape, value.dtype) for name, value in layer.params.items()}


def _explained(layers: int, before: CaseResult, after: CaseResult) -> Finding:
    """The margins are error ÷ allowed, with the task's parameters and with the submission's."""
    return Finding(
        kind="transplant",
        message=EXPLANATION,
        evidence={
            "layers": layers,
            "margin_with_task_parameters": _margin(before),
            "margin_with_own_parameters": _margin(after),
        },
    )


def _margin(result: CaseResult) -> float | None:
    margins: Sequence[float] = [d.margin for d in result.diffs if d.margin is not None]
    return max(margins) if margins else None
