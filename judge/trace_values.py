"""Finds the first applied layer whose output is not the reference's, and what differs there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from judge.answer import Layer, Leaf, LeafKind, Output
from judge.compare import Comparison, compare
from judge.layers import close, sorted_rows
from judge.report import Finding
from judge.spec import CompareRule, OutputSpec

_PARAMETER_TOLERANCE = 1e-5
_SHAPELESS = OutputSpec(type="pytree")


def first_difference(
    reference: Sequence[Layer], applied: Sequence[Layer], rule: CompareRule
) -> list[Finding]:
    """One finding about the first layer whose output differs under ``rule``, with the diff there;
    none where all agree. Both sequences hold the layers that are compared, one for one."""
    total = len(reference)
    for number, (wanted, layer) in enumerate(zip(reference, applied, strict=True), start=1):
        comparison = _compared(layer, wanted.output, layer.output, rule)
        if comparison is None or comparison.passed:
            continue
        differs, words = _what_differs(wanted, layer, rule)
        name = layer.path or layer.cls
        return [
            Finding(
                kind="trace_values",
                message=f"Layer {number} of {total} ({name}) is the first whose output is not the "
                f"expected one: {words}. In its output, {comparison.message}.",
                evidence={
                    "layer": number,
                    "path": name,
                    "differs": differs,
                    "diff": comparison.diffs[0].model_dump(mode="json"),
                },
            )
        ]
    return []


def compare_values(
    expected: np.ndarray, got: np.ndarray, rows: int, rule: CompareRule
) -> Comparison:
    """Compares two recorded arrays. The rows of a mapped call (``rows`` above 1) came in no order,
    so they are compared in one that depends on their values."""
    if rows > 1 and expected.ndim and expected.size and expected.size == got.size:
        width = expected.shape[-1]
        expected, got = (sorted_rows(array, width).astype(array.dtype) for array in (expected, got))
    return compare(_output(expected), _output(got), rule, _SHAPELESS)


def _what_differs(wanted: Layer, layer: Layer, rule: CompareRule) -> tuple[str, str]:
    """In a word for programs and in some for people."""
    others = [name for name, value in wanted.params.items() if not _held(layer, name, value)]
    if others:
        differ = "differ" if len(others) > 1 else "differs"
        return "parameters", f"its {' and its '.join(others)} {differ}"
    given = _compared(layer, wanted.input, layer.input, rule)
    if given is not None and not given.passed:
        return "input", "its parameters are right, but what it was given is not"
    return "output", "its parameters and what it was given are right"


def _held(layer: Layer, name: str, value: np.ndarray) -> bool:
    return name in layer.params and close(value, layer.params[name], _PARAMETER_TOLERANCE)


def _compared(
    layer: Layer, expected: np.ndarray | None, got: np.ndarray | None, rule: CompareRule
) -> Comparison | None:
    """None where one of the two is not known."""
    if expected is None or got is None:
        return None
    return compare_values(expected, got, layer.rows, rule)


def _output(value: np.ndarray) -> Output:
    return Output("*", (Leaf("", value, LeafKind.JAX),))
