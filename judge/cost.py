"""The cost card: what a right program takes when it is compiled whole, beside the reference."""

from __future__ import annotations

from judge.case import Case
from judge.execution import Execution
from judge.package import Package
from judge.reference import ReferenceRunner
from judge.report import Cost, CostCard
from judge.sandbox.process import Costed
from judge.spec import Grading
from judge.tracing import not_traceable
from judge.transforms import static_inputs

_NOTE = (
    "Estimates of XLA, and times taken inside the sandbox beside whatever else ran on the machine: "
    "good to compare, not to grade."
)


def cost_card(
    package: Package,
    case: Case,
    source: str,
    execution: Execution,
    reference: ReferenceRunner,
) -> CostCard | None:
    """The figures on one case; None where the package does not ask for them. A program that cannot
    be compiled whole has none, and the note says why."""
    if package.spec.cost is Grading.OFF:
        return None
    static = static_inputs(package.spec)
    measured = execution.cost(case, static)
    # One after the other, so that neither disturbs the other's clock.
    beside = reference.cost(case, static).result()
    why = _unmeasured(measured, source)
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
