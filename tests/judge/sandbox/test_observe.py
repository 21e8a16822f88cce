"""What a trace holds of linen and NNX modules, and what a reference does with sent parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from judge.answer import Answer, Layer
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess

pytestmark = pytest.mark.sandbox

OBSERVED = ("Dense", "Linear", "LayerNorm")
X = np.arange(8, dtype=np.float32).reshape(4, 2) - 3

LINEN = """
import jax, jax.numpy as jnp, flax.linen as nn

class Model(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(2)(nn.relu(nn.Dense(3)(x)))

def solve(x):
    model, key = Model(), jax.random.key(0)
    return {call}
"""

NNX = """
import jax, jax.numpy as jnp
from flax import nnx

class Model(nnx.Module):
    def __init__(self, rngs):
        self.last = nnx.Linear(3, 2, rngs=rngs)
        self.first = nnx.Linear(2, 3, rngs=rngs)

    def __call__(self, x):
        return self.last(nnx.relu(self.first(x)))

def solve(x):
    model = Model(nnx.Rngs(0))
    return {call}
"""

KERNELS = (np.full((2, 3), 2.0, np.float32), np.full((3, 2), 0.5, np.float32))


def load(process: SandboxedProcess, source: str, name: str = "p") -> None:
    assert process.load(name, source, "solve", ["x"]).failure is None


def call(jail: Jail, source: str, transplant: Sequence[Mapping[str, Any]] = ()) -> Answer:
    with jail.spawn(Limits()) as process:
        load(process, source)
        return process.call("p", {"x": X}, OBSERVED, transplant)


def output(answer: Answer) -> np.ndarray:
    assert answer.output is not None, answer.raised
    return answer.output.leaves[0].value


def recomputed(layer: Layer) -> np.ndarray:
    assert layer.input is not None
    return layer.input @ layer.params["kernel"] + layer.params["bias"]


class TestNnx:
    @pytest.mark.parametrize(
        "form",
        [
            "model(x)",
            "nnx.jit(lambda model, x: model(x))(model, x)",
            "jax.vmap(model)(x)",
            "jax.jit(jax.vmap(model))(x)",
        ],
    )
    def test_layers_are_recorded_in_the_order_of_their_calls(self, jail: Jail, form: str) -> None:
        answer = call(jail, NNX.format(call=form))
        first, last = answer.trace.applied()
        assert (first.cls, last.cls) == ("nnx.Linear", "nnx.Linear")
        assert [layer.params["kernel"].shape for layer in (first, last)] == [(2, 3), (3, 2)]
        for layer in (first, last):
            np.testing.assert_allclose(layer.output, recomputed(layer), rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(first.input, X)
        np.testing.assert_array_equal(last.output, output(answer))

    def test_construction_is_the_initialisation(self, jail: Jail) -> None:
        trace = call(jail, NNX.format(call="model(x)")).trace
        drawn = {layer.path: layer.params["kernel"] for layer in trace.initialised()}
        assert list(drawn) == ["Linear_0", "Linear_1"]
        assert [layer.path for layer in trace.applied()] == ["Linear_1", "Linear_0"]
        for layer in trace.applied():
            np.testing.assert_array_equal(layer.params["kernel"], drawn[layer.path])

    def test_parameters_have_linens_names(self, jail: Jail) -> None:
        source = NNX.format(call="nnx.LayerNorm(2, rngs=nnx.Rngs(1))(model(x))")
        assert sorted(call(jail, source).trace.applied()[-1].params) == ["bias", "scale"]

    def test_a_call_between_cases_finds_the_classes_as_they_were(self, jail: Jail) -> None:
        source = NNX.replace("def solve(x):", "before = nnx.Linear.__call__, nnx.Linear.__init__\n"
            "def solve(x):\n    during = nnx.Linear.__call__, nnx.Linear.__init__\n"
            "    return jnp.array([one is other for one, other in zip(before, during)])\n"
            "def unused(x):").format(call="x")  # fmt: skip
        with jail.spawn(Limits()) as process:
            load(process, source)
            assert not output(process.call("p", {"x": X}, OBSERVED)).any()
            assert output(process.call("p", {"x": X})).all()


class TestLinen:
    def test_all_rows_of_a_mapped_call_come_at_once(self, jail: Jail) -> None:
        form = "jax.vmap(lambda row: model.apply(model.init(key, x), row))(x)"
        answer = call(jail, LINEN.format(call=form))
        first, last = answer.trace.applied()
        assert (first.rows, last.rows) == (4, 4)
        np.testing.assert_array_equal(first.input, X)
        np.testing.assert_array_equal(last.output, output(answer))

    def test_nested_mapped_axes_are_one_axis_of_rows(self, jail: Jail) -> None:
        form = "jax.vmap(jax.vmap(lambda r: model.apply(model.init(key, r), r)))(x[None])"
        first = call(jail, LINEN.format(call=form)).trace.applied()[0]
        assert first.rows == 4
        np.testing.assert_array_equal(first.input, X)

    @pytest.mark.parametrize("gradient", ["jax.grad", "jax.jacfwd", "jax.jit(jax.grad"])
    def test_a_gradient_goes_through_observed_layers(self, jail: Jail, gradient: str) -> None:
        close = ")" * gradient.count("(")
        form = f"{gradient}(lambda x: model.apply(model.init(key, x), x).sum()){close}(x)"
        answer = call(jail, LINEN.format(call=form))
        assert output(answer).shape == X.shape
        assert len(answer.trace.applied()) == 2


class TestTransplant:
    PARAMETERS = tuple(
        {"kernel": kernel, "bias": np.zeros(kernel.shape[1], np.float32)} for kernel in KERNELS
    )
    WANTED = np.maximum(X @ KERNELS[0], 0) @ KERNELS[1]

    @pytest.mark.parametrize(
        "form",
        [
            "model.apply(model.init(key, x), x)",
            "model.apply(jax.jit(model.init)(key, x), x)",
            "model.init_with_output(key, x)[0]",
        ],
    )
    def test_linen_draws_what_was_sent(self, jail: Jail, form: str) -> None:
        answer = call(jail, LINEN.format(call=form), self.PARAMETERS)
        np.testing.assert_allclose(output(answer), self.WANTED, rtol=1e-6)

    def test_nnx_takes_it_in_the_order_of_construction(self, jail: Jail) -> None:
        answer = call(jail, NNX.format(call="model(x)"), self.PARAMETERS[::-1])
        np.testing.assert_allclose(output(answer), self.WANTED, rtol=1e-6)

    def test_nothing_of_it_stays_in_compiled_programs(self, jail: Jail) -> None:
        source = LINEN.replace("def solve", "init = jax.jit(Model().init)\n\ndef solve").format(
            call="model.apply(init(key, x), x)"
        )
        with jail.spawn(Limits()) as process:
            load(process, source)
            own, sent, again = (
                output(process.call("p", {"x": X}, OBSERVED, parameters))
                for parameters in ((), self.PARAMETERS, ())
            )
        np.testing.assert_allclose(sent, self.WANTED, rtol=1e-6)
        np.testing.assert_array_equal(own, again)
