"""Compares what a submission applied with what the reference applied, layer by layer.

A trace comes from inside the sandbox, so it can only lower a verdict: everything in it has to
agree with the inputs that we sent, with itself (each layer's output is recomputed here), with the
returned answer, and with the reference's trace of the same case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from judge.answer import Answer, Layer, Trace
from judge.layers import NNX, Pattern, class_of, close, pattern, recomputes, same, wide
from judge.report import Finding
from judge.spec import CompareRule
from judge.trace_values import first_difference

UNOBSERVED = frozenset(
    {
        "trace_no_layers",
        "trace_first_input",
        "trace_between",
        "trace_not_recomputed",
        "trace_not_returned",
    }
)
"""Findings that something was computed which a trace does not show."""

_KERNEL_TOLERANCE = 1e-5

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


def compare_traces(
    expected: Answer, got: Answer, rule: CompareRule | None = None
) -> tuple[Finding, ...]:
    """Every way in which the applied layers differ from the reference's, the first one first.
    With ``rule`` given, the layers' outputs are compared under it as well.

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
    last = last_pass(reference, applied)
    if len(last) < len(reference) or not same(last[0], last[0].input, reference[0].input):
        return (_wrong_count(len(applied), reference, last),)
    returned = expected.output is None or _returned(reference[-1], expected)
    findings = [
        *_layer_findings(reference, last),
        *(_return_findings(last[-1], got) if returned else ()),
        *_init_findings(expected.trace, got.trace),
    ]
    if rule is not None:
        findings += first_difference(reference, last, rule)
    return tuple(findings)


def signature(expected: Answer, got: Answer) -> Signature:
    """The signature of ``got`` on the case that ``expected`` is the reference's answer to."""
    reference = expected.trace.applied()
    applied = got.trace.applied()
    return Signature(
        extra_layers=len(applied) - len(reference),
        patterns=tuple(
            tuple((name, pattern(value)) for name, value in sorted(layer.params.items()))
            for layer in last_pass(reference, applied)
        ),
        kinds=frozenset(finding.kind for finding in compare_traces(expected, got)),
        unused_parameters=bool(got.trace.unused),
        initialised=bool(got.trace.initialised()),
    )


def last_pass(reference: tuple[Layer, ...], applied: tuple[Layer, ...]) -> tuple[Layer, ...]:
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


def _layer_findings(reference: tuple[Layer, ...], applied: tuple[Layer, ...]) -> Iterable[Finding]:
    total = len(reference)
    for number, (wanted, layer) in enumerate(zip(reference, applied, strict=True), start=1):
        where = f"Layer {number} of {total} ({layer.path or layer.cls})"
        if class_of(layer) != class_of(wanted):
            text = f"{where} is a {layer.cls}; expected a {wanted.cls}."
            yield _finding("trace_class", text, layer=number)
            return
        yield from _parameter_findings(wanted, layer, where, number)
        if (
            number > 1
            and not _fed(layer, applied[number - 2])
            and _fed(wanted, reference[number - 2])
        ):
            before = applied[number - 2]
            text = f"{where} did not get the output of {before.path or 'the layer before it'}."
            yield _finding("trace_between", f"{text} Something was done in between.", layer=number)
        # Only what is no larger than the reference's own: a forged layer must not make us work.
        if not _same_sizes(layer, wanted) or not recomputes(layer):
            text = f"{where} did not return input @ kernel + bias."
            yield _finding("trace_not_recomputed", text, layer=number)


def _fed(layer: Layer, before: Layer) -> bool:
    """Whether a layer got what the one before it returned, with nothing done in between."""
    return same(layer, layer.input, before.output)


def _return_findings(last: Layer, got: Answer) -> Iterable[Finding]:
    if not _returned(last, got):
        text = f"The returned array is not what the last layer ({last.path or last.cls}) gave."
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
        elif _drawn_alike(wanted, layer) and not close(expected, value, _KERNEL_TOLERANCE):
            text = (
                f"{where}: its {name} is not the one that init gives for this seed; it differs by "
                f"up to {_largest_difference(expected, value):.3g}."
            )
            yield _finding("trace_seed", text, layer=number, parameter=name)


def _drawn_alike(wanted: Layer, layer: Layer) -> bool:
    """Whether one seed gives both layers the same parameters: in linen the path decides, in NNX
    all that was constructed before, which a trace does not hold."""
    return (layer.path, layer.cls) == (wanted.path, wanted.cls) and not layer.cls.startswith(NNX)


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


def _same_sizes(layer: Layer, wanted: Layer) -> bool:
    """Whether input and kernel are as large as the reference's."""
    if layer.input is None or wanted.input is None:
        return layer.input is wanted.input
    kernels = [one.params["kernel"].shape for one in (layer, wanted) if "kernel" in one.params]
    return layer.input.size == wanted.input.size and len(set(kernels)) <= 1


def _returned(layer: Layer, got: Answer) -> bool:
    if got.output is None or len(got.output.leaves) != 1 or layer.output is None:
        return True
    value = got.output.leaves[0].value
    return layer.output.size != value.size or same(layer, layer.output, value)


def _largest_difference(expected: np.ndarray, value: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        difference = np.abs(wide(value) - wide(expected))
    known = difference[~np.isnan(difference)]
    return float(known.max()) if known.size else 0.0


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _finding(kind: str, message: str, **evidence: int | str) -> Finding:
    return Finding(kind=kind, message=message, evidence=dict(evidence))
