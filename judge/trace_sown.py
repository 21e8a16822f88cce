"""Compares the intermediates that modules sowed with those that the reference sowed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from judge.answer import Sown, Trace
from judge.report import Finding
from judge.spec import CompareRule
from judge.trace_values import compare_values

KIND = "trace_sown"


def compare_sown(
    names: Sequence[str], expected: Trace, got: Trace, rule: CompareRule
) -> tuple[Finding, ...]:
    """One finding for each of the names under which something is missing or differs under
    ``rule``; of a name that the reference did not sow nothing is said.

    Of each name the last as many values as the reference sowed are compared, in order: a model
    that was applied before was only looked at.
    """
    found = []
    for name in names:
        wanted: Sequence[Sown] = [v for v in expected.sown if v.name == name]
        if not wanted:
            continue
        if not got.complete:
            return (
                _finding("More was recorded than can be, so not all sown values.", name, "all"),
            )
        values: Sequence[Sown] = [v for v in got.sown if v.name == name]
        wanted, values = _by_step(wanted, values)
        finding = _missing(name, wanted, values) or _first_difference(name, wanted, values, rule)
        found += [] if finding is None else [finding]
    return tuple(found)


def _by_step(
    wanted: Sequence[Sown], values: Sequence[Sown]
) -> tuple[Sequence[Sown], Sequence[Sown]]:
    """A scan sows all its steps at once, as rows, and a loop sows each by itself: where one of the
    two did the one and one the other, both as rows, of ``values`` as many as are wanted."""
    if not {value.rows > 1 for value in wanted} ^ {value.rows > 1 for value in values}:
        return wanted, values
    steps, given = _steps(wanted), _steps(values)
    shapes = {step.shape for step in (*steps, *given)}
    if len(shapes) != 1 or len(given) < len(steps):
        return wanted, values
    one, other = np.stack(steps), np.stack(given[-len(steps) :])
    name, rows = wanted[0].name, len(steps)
    return [Sown(name, one, rows)], [Sown(name, other, rows)]


def _steps(values: Sequence[Sown]) -> list[np.ndarray]:
    steps: list[np.ndarray] = []
    for value in values:
        if value.value is not None:
            steps += list(value.value) if value.rows > 1 else [value.value]
    return steps


def _missing(name: str, wanted: Sequence[Sown], values: Sequence[Sown]) -> Finding | None:
    if len(values) >= len(wanted):
        return None
    if values:
        text = f"{name} was sown {_times(len(values))}; expected {_times(len(wanted))}."
    else:
        call = f'self.sow("intermediates", "{name}", value)'
        text = f"Nothing was sown as {name}; a module should call {call}."
    return _finding(text, name, "missing")


def _first_difference(
    name: str, wanted: Sequence[Sown], values: Sequence[Sown], rule: CompareRule
) -> Finding | None:
    total = len(wanted)
    for number, (right, value) in enumerate(zip(wanted, values[-total:], strict=True), start=1):
        if right.value is None:
            continue
        which = f" ({number} of {total})" if total > 1 else ""
        if value.value is None:
            return _finding(f"What was sown as {name}{which} is not a single array.", name, "kind")
        rows = max(right.rows, value.rows)
        comparison = compare_values(right.value, _last_call(value, right.value), rows, rule)
        if not comparison.passed:
            text = (
                f"What was sown as {name}{which} is not the expected value: {comparison.message}."
            )
            diff = comparison.diffs[0].model_dump(mode="json")
            finding = _finding(text, name, "value")
            return finding.model_copy(update={"evidence": {**finding.evidence, "diff": diff}})
    return None


def _last_call(value: Sown, wanted: np.ndarray) -> np.ndarray:
    """The value; of a jitted call that ran several times, which came as rows, that of the last."""
    given = value.value
    assert given is not None  # noqa: S101 - its caller has looked
    return given[-1] if value.rows > 1 and given.shape[1:] == wanted.shape else given


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _finding(message: str, name: str, differs: str) -> Finding:
    return Finding(kind=KIND, message=message, evidence={"name": name, "differs": differs})
