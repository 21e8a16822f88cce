"""The cost card: what a right program takes when it is compiled whole, beside the reference."""

from __future__ import annotations

from judge.report import Cost, CostCard
from judge.sandbox.process import Costed
from judge.spec import Grading
from judge.tracing import not_traceable
from judge.transforms import Matrix, static_inputs

_NOTE = (
    "Estimates of XLA, and times taken inside the sandbox beside whatever else ran on the machine: "
    "good to compare, not to grade."
)


def cost_card(matrix: Matrix) -> CostCard | None:
    """The figures on the case of the transformations; None where the package does not ask for
    them or the program is not right. A program that cannot be compiled whole has none, and the
    note says why."""
    spec = matrix.package.spec
    if spec.cost is Grading.OFF or not matrix.whole or not matrix.worthwhile:
        return None
    case, static = matrix.case, static_inputs(spec)
    measured = matrix.execution.cost(case, static)
    # One after the other, so that neither disturbs the other's clock.
    beside = matrix.reference.cost(case, static).result()
    why = _unmeasured(measured, matrix.source)
    return CostCard(
        case=case.index,
        submission=_cost(measured),
        reference=_cost(beside),
        note=f"{why} {_NOTE}" if why else _NOTE,
    )


def _cost(costed: Costed | None) -> Cost:
    if costed is None or costed.measured is None:
        return Cost()
    return Cost(**costed.measured.model_dump())


def _unmeasured(costed: Costed | None, source: str) -> str:
    """Why there are no figures, as a sentence; empty where there are."""
    if costed is not None and costed.measured is not None:
        return ""
    if costed is None:
        return "Not measured: no process was left to measure in."
    if costed.ended is not None:
        return f"Not measured: {costed.ended.detail}."
    if costed.raised is None:
        return "Not measured: the process gave no figures."
    told = not_traceable("Under jax.jit", costed.raised, source)
    return f"Not measured. {told}" if told else f"Not measured: {costed.raised.type_name}."
