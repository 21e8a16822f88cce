"""Traces compared without a sandbox: built by hand, one difference at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from judge import trace
from judge.answer import Answer, Layer, Leaf, LeafKind, Output, Trace
from judge.trace import Pattern, compare_traces, pattern, signature

RNG = np.random.default_rng(0)


def chain(
    x: np.ndarray, layers: int, width: int = 3, *, prefix: str = "Dense_", phase: str = "apply"
) -> list[Layer]:
    """Dense layers of which the last has a zero kernel and a bias of ones."""
    made: list[Layer] = []
    given = x
    for index in range(layers):
        last = index == layers - 1
        kernel = RNG.normal(size=(given.shape[1], width)).astype(np.float32)
        kernel = np.zeros_like(kernel) if last else kernel
        bias = (np.ones if last else np.zeros)(width, np.float32)
        output = given @ kernel + bias
        params = {"kernel": kernel, "bias": bias}
        made.append(Layer(f"{prefix}{index}", "Dense", phase, params, given, output))
        given = output
    return made


def answer(
    layers: list[Layer], output: np.ndarray | None = None, unused: tuple[str, ...] = ()
) -> Answer:
    made = layers[-1].output if output is None else output
    assert made is not None
    leaf = Leaf("", made, LeafKind.JAX)
    return Answer(1.0, output=Output("*", (leaf,)), trace=Trace(tuple(layers), True, unused))


X = RNG.normal(size=(4, 5)).astype(np.float32)
REFERENCE = chain(X, 3)


def kinds(layers: list[Layer], output: np.ndarray | None = None) -> list[str]:
    return [f.kind for f in compare_traces(answer(REFERENCE), answer(layers, output))]


def changed(index: int, **changes: object) -> list[Layer]:
    layers = list(REFERENCE)
    layers[index] = replace(layers[index], **changes)  # type: ignore[arg-type]
    return layers


def test_a_trace_agrees_with_itself() -> None:
    assert kinds(REFERENCE) == []


def test_other_names_and_other_values_agree() -> None:
    assert kinds(chain(X, 3, prefix="layers_")) == []


def test_a_look_before_the_change_is_nobodys_mistake() -> None:
    assert kinds(chain(X, 3) + REFERENCE) == []


@pytest.mark.parametrize(
    ("layers", "kind"),
    [
        ([*chain(X, 3)[:2]], "trace_layer_count"),
        (chain(X, 4), "trace_layer_count"),
        (chain(X + 1, 3), "trace_first_input"),
        (changed(1, cls="Conv"), "trace_class"),
        (changed(0, params={"kernel": REFERENCE[0].params["kernel"]}), "trace_parameter"),
        (changed(1, input=REFERENCE[1].input + 1), "trace_between"),  # type: ignore[operator]
        (changed(1, output=REFERENCE[1].output + 1), "trace_not_recomputed"),  # type: ignore[operator]
        (chain(X, 3), "trace_seed"),
    ],
)
def test_one_difference_is_found(layers: list[Layer], kind: str) -> None:
    assert kind in kinds(layers)


def test_the_first_difference_is_told_with_its_layer() -> None:
    params = {**REFERENCE[1].params, "kernel": np.zeros((3, 3), np.float32)}
    first = compare_traces(answer(REFERENCE), answer(changed(1, params=params)))[0]
    assert first.kind == "trace_pattern"
    assert "Layer 2 of 3 (Dense_1): its kernel is all zeros" in first.message


def test_an_answer_that_is_not_the_last_output() -> None:
    assert "trace_not_returned" in kinds(REFERENCE, np.full((4, 3), 2, np.float32))


def test_no_layer_at_all_is_told_apart_from_init_alone() -> None:
    ones = np.ones((4, 3), np.float32)
    nothing = Answer(1.0, output=Output("*", (Leaf("", ones, LeafKind.JAX),)))
    only_init = replace(nothing, trace=Trace(tuple(chain(X, 3, phase="init"))))
    told = [compare_traces(answer(REFERENCE), got)[0].message for got in (nothing, only_init)]
    assert told[0].startswith("No layer was applied")
    assert told[1].startswith("A model was initialised but never applied")


def test_a_zero_that_init_made_is_no_surgery() -> None:
    init = [replace(layer, phase="init") for layer in chain(X, 3)]
    reference_init = [replace(layer, phase="init") for layer in chain(X, 4)[:3]]
    findings = compare_traces(answer([*reference_init, *REFERENCE]), answer([*init, *REFERENCE]))
    assert "trace_init" in {finding.kind for finding in findings}


def test_rows_of_a_mapped_model_agree_in_any_order() -> None:
    order = np.array([2, 0, 3, 1])
    rows = [
        replace(layer, input=layer.input[order], output=layer.output[order], rows=4)  # type: ignore[index]
        for layer in REFERENCE
    ]
    assert kinds(rows, REFERENCE[-1].output) == []


def test_a_huge_forged_layer_is_not_multiplied_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    monkeypatch.setattr(trace, "recomputes", lambda layer: sizes.append(layer.input.size) or True)
    huge = np.ones((300, 400), np.float32)
    forged = {"kernel": np.ones((400, 300), np.float32), "bias": np.ones(300, np.float32)}
    assert "trace_not_recomputed" in kinds(changed(1, params=forged, input=huge))
    assert max(sizes) <= X.size


def test_a_trace_cut_short_is_told() -> None:
    cut = replace(answer(REFERENCE), trace=Trace(tuple(REFERENCE), complete=False))
    assert [f.kind for f in compare_traces(answer(REFERENCE), cut)] == ["trace_incomplete"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.zeros(3), Pattern.ZEROS),
        (np.ones((2, 2)), Pattern.ONES),
        (np.array([0.0, 1.0]), Pattern.VARIED),
        (np.full(3, np.nan), Pattern.VARIED),
        (np.zeros(0), Pattern.ZEROS),
    ],
)
def test_patterns(value: np.ndarray, wanted: Pattern) -> None:
    assert pattern(value) is wanted


def test_signatures_leave_out_names_and_values() -> None:
    one = signature(answer(REFERENCE), answer(chain(X, 3, prefix="a")))
    other = signature(answer(REFERENCE), answer(chain(X, 3, prefix="b")))
    assert one == other


def test_signatures_tell_an_unread_parameter() -> None:
    one = signature(answer(REFERENCE), answer(REFERENCE))
    other = signature(answer(REFERENCE), answer(REFERENCE, unused=("Dense_3/kernel",)))
    assert one != other


def test_no_array_makes_the_comparison_raise() -> None:
    odd = [
        np.zeros((0, 5), np.float32),
        np.float32(3),
        np.full((4, 5), np.inf, np.float32),
        np.zeros((4, 5), np.int8),
        np.zeros((4, 5), np.complex64),
        np.zeros((4, 5), bool),
    ]
    for array in odd:
        value = np.asarray(array)
        compare_traces(answer(REFERENCE), answer(changed(0, input=value)))
        compare_traces(answer(REFERENCE), answer(changed(0, output=value)))
        compare_traces(
            answer(REFERENCE), answer(changed(0, params={"kernel": value, "bias": value}))
        )
