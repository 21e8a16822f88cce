"""Traces compared without a sandbox: built by hand, one difference at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from judge import trace
from judge.answer import Answer, Layer, Leaf, LeafKind, Output, Trace
from judge.spec import CompareRule
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
RULE = CompareRule()


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


@pytest.mark.parametrize("shape", [(), (0,), (4, 1), (5, 5, 5)])
def test_a_forged_bias_is_not_added(shape: tuple[int, ...]) -> None:
    forged = REFERENCE[1].params | {"bias": np.zeros(shape, np.float32)}
    assert {"trace_shape", "trace_not_recomputed"} <= set(kinds(changed(1, params=forged)))


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


class TestModuleSystems:
    def nnx(self, layers: list[Layer]) -> list[Layer]:
        return [replace(layer, cls="nnx.Linear") for layer in layers]

    def test_linear_of_nnx_is_dense_of_linen(self) -> None:
        assert kinds(self.nnx(REFERENCE)) == []

    def test_its_output_is_recomputed_too(self) -> None:
        layers = changed(1, output=REFERENCE[1].output + 1)  # type: ignore[operator]
        assert "trace_not_recomputed" in kinds(self.nnx(layers))

    def test_its_path_does_not_say_what_the_seed_draws(self) -> None:
        reference, other = self.nnx(REFERENCE), self.nnx(chain(X, 3))
        findings = compare_traces(answer(reference), answer(other))
        assert "trace_seed" not in {finding.kind for finding in findings}


class TestActivations:
    """A reference that does something between its layers and after the last."""

    def model(self, activation: Callable[[np.ndarray], np.ndarray]) -> Answer:
        first, last = chain(X, 2)
        kernel = np.linspace(-1, 1, 15, dtype=np.float32).reshape(5, 3)
        made = X @ kernel
        params = {"kernel": kernel, "bias": np.zeros(3, np.float32)}
        first = replace(first, params=params, output=made)
        given = activation(made)
        kernel = np.linspace(-1, 1, 9, dtype=np.float32).reshape(3, 3)
        params = {"kernel": kernel, "bias": np.zeros(3, np.float32)}
        last = replace(last, input=given, params=params, output=given @ kernel)
        return answer([first, last], np.tanh(given @ kernel))

    RIGHT = staticmethod(lambda made: np.maximum(made, 0))

    def test_a_right_program_has_them_too(self) -> None:
        assert compare_traces(self.model(self.RIGHT), self.model(self.RIGHT), RULE) == ()

    def test_another_activation_is_told_where_it_is(self) -> None:
        (finding,) = compare_traces(self.model(self.RIGHT), self.model(np.tanh), RULE)
        assert finding.kind == "trace_values"
        assert finding.evidence["layer"] == 2
        assert finding.evidence["differs"] == "input"
        assert finding.evidence["diff"]["mismatched"] > 0
        assert "Layer 2 of 2 (Dense_1) is the first" in finding.message


class TestValues:
    def differs(self, layers: list[Layer]) -> dict[str, object]:
        findings = compare_traces(answer(REFERENCE), answer(layers, REFERENCE[-1].output), RULE)
        return next(f.evidence for f in findings if f.kind == "trace_values")

    def test_equal_values_agree(self) -> None:
        assert compare_traces(answer(REFERENCE), answer(REFERENCE), RULE) == ()

    def test_parameters(self) -> None:
        evidence = self.differs(chain(X, 3, prefix="own_"))
        assert (evidence["layer"], evidence["path"]) == (1, "own_0")
        assert evidence["differs"] == "parameters"

    def test_an_output_that_does_not_follow(self) -> None:
        output = REFERENCE[1].output
        assert output is not None
        evidence = self.differs(changed(1, output=output + 1))
        assert (evidence["layer"], evidence["differs"]) == (2, "output")

    def test_rows_of_a_mapped_call_in_another_order_agree(self) -> None:
        layers = [
            replace(layer, rows=4, input=layer.input[::-1], output=layer.output[::-1])  # type: ignore[index]
            for layer in REFERENCE
        ]
        assert compare_traces(answer(REFERENCE), answer(layers), RULE) == ()

    def test_without_a_rule_values_are_not_looked_at(self) -> None:
        assert kinds(chain(X, 3, prefix="own_")) == []
