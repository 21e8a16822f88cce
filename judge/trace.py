"""Compares what a submission applied with what the reference applied, layer by layer.

A trace comes from inside the sandbox, so it can only lower a verdict: everything in it has to
agree with the inputs that we sent, with itself (each layer's output is recomputed here), with the
returned answer, and with the reference's trace of the same case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import ml_dtypes
import numpy as np

from judge.answer import Answer, Layer, Trace
from judge.report import Finding

_LINK_TOLERANCE = 1e-5
_KERNEL_TOLERANCE = 1e-5


class Pattern(StrEnum):
    """What a parameter holds, whatever its layer is called."""

    ZEROS = "zeros"
    ONES = "ones"
    VARIED = "varied"


_IN_WORDS = {Pattern.ZEROS: "all zeros", Pattern.ONES: "all ones"}


@dataclass(frozen=True)
class Signature:
    """What can be said of a trace without the names of its layers: equal signatures on one case
    mean the same mistake. Patterns are those of the last ``len(reference)`` applied layers."""

    extra_layers: int
    patterns: tuple[tuple[tuple[str, Pattern], ...], ...]
    kinds: frozenset[str]
    unused_parameters: bool
    initialised: bool


def pattern(value: np.ndarray) -> Pattern:
    """The pattern of a parameter of any shape and dtype."""
    if not np.any(value):
        return Pattern.ZEROS
    return Pattern.ONES if np.all(value == 1) else Pattern.VARIED


def compare_traces(expected: Answer, got: Answer) -> tuple[Finding, ...]:
    """Every way in which the applied layers differ from the reference's, the first one first.

    The layers compared are the last as many as the reference applied: a look at the model before
    its parameters are changed is nobody's mistake.
    """
    reference = expected.trace.applied()
    applied = got.trace.applied()
    if not got.trace.complete:
        return (_finding("trace_incomplete", "More layers were applied than can be recorded."),)
    if not reference:
        return ()
    if not applied:
        return (_no_layers(got.trace, len(reference)),)
    last = _last_pass(reference, applied)
    if len(last) < len(reference) or not _same(last[0], last[0].input, reference[0].input):
        return (_wrong_count(len(applied), reference, last),)
    return tuple(_layer_findings(reference, last, got)) + tuple(
        _init_findings(expected.trace, got.trace)
    )


def signature(expected: Answer, got: Answer) -> Signature:
    """The signature of ``got`` on the case that ``expected`` is the reference's answer to."""
    reference = expected.trace.applied()
    applied = got.trace.applied()
    return Signature(
        extra_layers=len(applied) - len(reference),
        patterns=tuple(
            tuple((name, pattern(value)) for name, value in sorted(layer.params.items()))
            for layer in _last_pass(reference, applied)
        ),
        kinds=frozenset(finding.kind for finding in compare_traces(expected, got)),
        unused_parameters=bool(got.trace.unused),
        initialised=bool(got.trace.initialised()),
    )


def _last_pass(reference: tuple[Layer, ...], applied: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The last as many layers as the reference applied. A warm jitted call that came several times
    with the same parameters was recorded as rows, each of the whole shape: its last one counts."""
    last = applied[-len(reference) :]
    return tuple(
        _last_row(layer, wanted)
        for layer, wanted in zip(last, reference[len(reference) - len(last) :], strict=True)
    )


def _last_row(layer: Layer, wanted: Layer) -> Layer:
    given, made = layer.input, layer.output
    if layer.rows == 1 or given is None or made is None or wanted.input is None:
        return layer
    if given.shape[1:] != wanted.input.shape:
        return layer
    return replace(layer, input=given[-1], output=made[-1], rows=1)


def _no_layers(trace: Trace, wanted: int) -> Finding:
    if trace.initialised():
        text = f"A model was initialised but never applied; {_layers(wanted)} should have been."
    else:
        text = (
            f"No layer was applied; {_layers(wanted)} should have been. "
            "(A model applied in a thread of its own is not seen.)"
        )
    return _finding("trace_no_layers", text, expected=wanted, got=0)


def _wrong_count(count: int, reference: tuple[Layer, ...], last: tuple[Layer, ...]) -> Finding:
    wanted = len(reference)
    if count == wanted:
        text = f"The first layer applied ({last[0].path}) did not get the input x as it was given."
        return _finding("trace_first_input", text)
    text = f"{_layers(count)} {'was' if count == 1 else 'were'} applied on the way from x to the "
    return _finding(
        "trace_layer_count", f"{text}result; expected {wanted}.", expected=wanted, got=count
    )


def _layer_findings(
    reference: tuple[Layer, ...], applied: tuple[Layer, ...], got: Answer
) -> Iterable[Finding]:
    total = len(reference)
    for number, (wanted, layer) in enumerate(zip(reference, applied, strict=True), start=1):
        where = f"Layer {number} of {total} ({layer.path or layer.cls})"
        if layer.cls != wanted.cls:
            text = f"{where} is a {layer.cls}; expected a {wanted.cls}."
            yield _finding("trace_class", text, layer=number)
            return
        yield from _parameter_findings(wanted, layer, where, number)
        if number > 1 and not _same(layer, layer.input, applied[number - 2].output):
            before = applied[number - 2]
            text = f"{where} did not get the output of {before.path or 'the layer before it'}."
            yield _finding("trace_between", f"{text} Something was done in between.", layer=number)
        if not _recomputes(layer):
            text = f"{where} did not return input @ kernel + bias."
            yield _finding("trace_not_recomputed", text, layer=number)
    if not _returned(applied[-1], got):
        text = f"The returned array is not what the last layer ({applied[-1].path}) gave."
        yield _finding("trace_not_returned", text)


def _parameter_findings(wanted: Layer, layer: Layer, where: str, number: int) -> Iterable[Finding]:
    for name in sorted(wanted.params.keys() | layer.params.keys()):
        if name not in layer.params or name not in wanted.params:
            has = "has no" if name not in layer.params else "has an unexpected"
            yield _finding(
                "trace_parameter", f"{where} {has} {name}.", layer=number, parameter=name
            )
            continue
        expected, value = wanted.params[name], layer.params[name]
        if expected.shape != value.shape:
            text = f"{where}: its {name} has shape {value.shape}; expected {expected.shape}."
            yield _finding("trace_shape", text, layer=number, parameter=name)
        elif pattern(expected) != pattern(value):
            text = f"{where}: its {name} is {_told(pattern(value), pattern(expected))}."
            yield _finding("trace_pattern", text, layer=number, parameter=name)
        elif layer.path == wanted.path and not _close(expected, value, _KERNEL_TOLERANCE):
            text = (
                f"{where}: its {name} is not the one that init gives for this seed; it differs by "
                f"up to {_largest_difference(expected, value):.3g}."
            )
            yield _finding("trace_seed", text, layer=number, parameter=name)


def _init_findings(expected: Trace, got: Trace) -> Iterable[Finding]:
    """What init already set: a zero that was there from the start is no surgery."""
    reference, initialised = expected.initialised(), got.initialised()
    if not reference or len(initialised) < len(reference):
        return
    for wanted, layer in zip(reference, initialised[-len(reference) :], strict=True):
        for name, value in layer.params.items():
            same_shape = name in wanted.params and wanted.params[name].shape == value.shape
            if same_shape and pattern(value) != pattern(wanted.params[name]):
                told = _told(pattern(value), pattern(wanted.params[name]))
                text = f"{layer.path or layer.cls}: after init already its {name} is {told}."
                yield _finding("trace_init", text, parameter=name)


def _told(got: Pattern, wanted: Pattern) -> str:
    """What a parameter is and should be, as the end of a sentence that begins "its kernel is"."""
    if wanted is Pattern.VARIED:
        return f"{_IN_WORDS[got]}; it should not be"
    if got is Pattern.VARIED:
        return f"not {_IN_WORDS[wanted]}; it should be"
    return f"{_IN_WORDS[got]}; it should be {_IN_WORDS[wanted]}"


def _recomputes(layer: Layer) -> bool:
    """Whether a Dense layer's output is its input times its kernel plus its bias, within the
    rounding of its dtype: |error| <= 8 eps (k + 2) (|x| @ |kernel| + |bias|), k terms in a sum
    (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). Other classes have no
    formula here."""
    kernel, given, made = layer.params.get("kernel"), layer.input, layer.output
    if layer.cls != "Dense" or kernel is None:
        return True
    if given is None or made is None or given.shape[-1:] != kernel.shape[:1]:
        return False
    bias = layer.params.get("bias", np.zeros(kernel.shape[-1]))
    x, w, b = (_wide(a) for a in (given, kernel, bias))
    with np.errstate(all="ignore"):
        wanted = x @ w + b
        terms = np.abs(x) @ np.abs(w) + np.abs(b)
        if wanted.shape != made.shape:
            return False
        allowed = 8 * _epsilon(made) * (kernel.shape[0] + 2) * terms + np.finfo(np.float32).tiny
        error = np.abs(_wide(made) - wanted)
    overflows = ~(terms < np.finfo(np.float32).max)
    return bool(np.all((error <= allowed) | overflows))


def _epsilon(made: np.ndarray) -> float:
    """Rounding unit of the product: float32 with reduced-precision multiplication on some
    backends is still better than bfloat16's 2^-8."""
    float32 = float(np.finfo(np.float32).eps)
    try:
        own = ml_dtypes.finfo(made.dtype)  # type: ignore[no-untyped-call]
    except ValueError:
        return float32
    return max(float(own.eps), float32)


def _returned(layer: Layer, got: Answer) -> bool:
    if got.output is None or len(got.output.leaves) != 1 or layer.output is None:
        return True
    value = got.output.leaves[0].value
    return layer.output.size != value.size or _same(layer, layer.output, value)


def _same(layer: Layer, one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two activations are the same; the rows of a mapped call came in no order."""
    if one is None or other is None:
        return False
    if layer.rows > 1 or one.ndim != other.ndim:
        width = one.shape[-1] if one.ndim else 1
        if one.size != other.size or width == 0:
            return one.size == other.size
        one, other = _sorted_rows(one, width), _sorted_rows(other, width)
    return _close(other, one, _LINK_TOLERANCE)


def _sorted_rows(array: np.ndarray, width: int) -> np.ndarray:
    rows = _wide(array).reshape(-1, width)
    return rows[np.lexsort(rows.T[::-1])]


def _close(expected: np.ndarray, value: np.ndarray, tolerance: float) -> bool:
    """Equal up to rounding, relative to the largest magnitude; NaN equals NaN."""
    if expected.shape != value.shape:
        return False
    one, other = _wide(expected), _wide(value)
    finite = np.abs(one[np.isfinite(one)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(other, one, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def _wide(array: np.ndarray) -> np.ndarray:
    return np.asarray(array, np.complex128 if np.iscomplexobj(array) else np.float64)


def _largest_difference(expected: np.ndarray, value: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        difference = np.abs(_wide(value) - _wide(expected))
    return float(np.nanmax(difference)) if difference.size else 0.0


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _finding(kind: str, message: str, **evidence: int | str) -> Finding:
    return Finding(kind=kind, message=message, evidence=dict(evidence))
