"""A runner asked to transform and to measure a program."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from judge.answer import Answer, Ending
from judge.case import Transformation, Value
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.process import Costed

pytestmark = pytest.mark.sandbox

X = np.arange(6, dtype=np.float32).reshape(2, 3)
HEADER = "import jax, jax.numpy as jnp, numpy as np\n"


def source_of(body: str) -> str:
    return HEADER + "def solve(x, n):\n" + textwrap.indent(textwrap.dedent(body), "    ")


def transformed(jail: Jail, body: str, name: str, **asked: object) -> Answer:
    inputs: dict[str, Value] = {"x": X, "n": 3}
    with jail.spawn(Limits()) as process:
        assert process.load("p", source_of(body), "solve", ["x", "n"]).failure is None
        return process.transform("p", Transformation(name, inputs, **asked))  # type: ignore[arg-type]


def value(answer: Answer, number: int = 0) -> np.ndarray:
    assert answer.output is not None, answer
    return answer.output.leaves[number].value


class TestTransform:
    def test_jit_keeps_static_inputs_python_values(self, jail: Jail) -> None:
        answer = transformed(jail, "return x * sum(range(n))", "jit", static=("n",))
        np.testing.assert_array_equal(value(answer), X * 3)

    def test_jit_traces_other_scalars(self, jail: Jail) -> None:
        answer = transformed(jail, "return x * sum(range(n))", "jit")
        assert answer.raised is not None
        assert answer.raised.type_name == "jax.errors.TracerIntegerConversionError"
        assert answer.raised.line == 3

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ("if x.sum() > 0:\n    return x\nreturn -x", "TracerBoolConversionError"),
            ("return np.tanh(x)", "TracerArrayConversionError"),
            ("return float(x.sum())", "ConcretizationTypeError"),
            ("return x[x > 0]", "NonConcreteBooleanIndexError"),
        ],
    )
    @pytest.mark.parametrize("name", ["jit", "vmap"])
    def test_what_cannot_be_traced_is_told_with_its_line(
        self, jail: Jail, body: str, error: str, name: str
    ) -> None:
        asked = {"others": {"x": X}} if name == "vmap" else {"static": ("n",)}
        answer = transformed(jail, body, name, **asked)
        assert answer.raised is not None
        assert (answer.raised.type_name, answer.raised.line) == (f"jax.errors.{error}", 3)

    def test_vmap_stacks_two_rows_and_closes_over_scalars(self, jail: Jail) -> None:
        body = "return {'a': x[:n] + n, 'b': 1.0}"
        answer = transformed(jail, body, "vmap", others={"x": X + 10})
        np.testing.assert_array_equal(value(answer), np.stack([X, X + 10]) + 3)
        np.testing.assert_array_equal(value(answer, 1), np.ones(2))

    def test_grad_is_that_of_the_projected_output(self, jail: Jail) -> None:
        weights = np.array([[1.0, -2.0, 0.5]], np.float32)
        body = "return {'a': (x ** 2).sum(0, keepdims=True), 'count': jnp.arange(n), 'z': 7.0}"
        answer = transformed(
            jail, body, "grad", wrt=("x",), others={"0": weights, "2": np.float32(9) * np.ones(())}
        )
        assert answer.output is not None
        assert [leaf.path for leaf in answer.output.leaves] == ["['x']"]
        np.testing.assert_allclose(value(answer), 2 * X * weights, rtol=1e-6)

    @pytest.mark.parametrize(
        ("name", "body", "error"),
        [
            (
                "key_reuse",
                "k = jax.random.key(n)\nreturn jax.random.normal(k) + jax.random.uniform(k)",
                "jax.errors.KeyReuseError",
            ),
            ("rank_promotion", "return x + jnp.ones(3)", "ValueError"),
            (
                "dtype_promotion",
                "return x + jnp.ones((2, 3), jnp.int32)",
                "jax.dtypes.TypePromotionError",
            ),
        ],
    )
    def test_a_strict_check_raises_and_is_off_again(
        self, jail: Jail, name: str, body: str, error: str
    ) -> None:
        inputs: dict[str, Value] = {"x": X, "n": 3}
        with jail.spawn(Limits()) as process:
            process.load("p", source_of(body), "solve", ["x", "n"])
            answer = process.transform("p", Transformation(name, inputs))
            assert answer.raised is not None
            assert (answer.raised.type_name, process.call("p", inputs).raised) == (error, None)

    @pytest.mark.parametrize("name", ["key_reuse", "rank_promotion", "dtype_promotion"])
    def test_a_strict_check_lets_a_clean_program_pass(self, jail: Jail, name: str) -> None:
        body = (
            "k, l = jax.random.split(jax.random.key(n))\nreturn x + jax.random.normal(k, x.shape)"
        )
        assert value(transformed(jail, body, name)).shape == X.shape

    def test_a_leaked_tracer_is_no_answer(self, jail: Jail) -> None:
        body = "jax.jit(lambda y: kept.append(y))(x)\nreturn kept[0]"
        with jail.spawn(Limits()) as process:
            process.load("p", "kept = []\n" + source_of(body), "solve", ["x", "n"])
            answer = process.transform("p", Transformation("rank_promotion", {"x": X, "n": 3}))
        assert answer.refusal is not None
        assert "tracer" in answer.refusal.why

    def test_a_death_is_an_end_like_any_other(self, jail: Jail) -> None:
        answer = transformed(jail, "import os\nos._exit(3)", "jit", static=("n",))
        assert answer.ended is not None
        assert answer.ended.ending is Ending.EXITED


def measured(jail: Jail, body: str) -> Costed:
    inputs: dict[str, Value] = {"x": np.ones((32, 32), np.float32), "n": 3}
    with jail.spawn(Limits()) as process:
        assert process.load("p", source_of(body), "solve", ["x", "n"]).failure is None
        return process.cost("p", inputs, ["n"])


class TestCost:
    def test_a_matrix_product_takes_its_operations(self, jail: Jail) -> None:
        figures = measured(jail, "return x @ x").measured
        assert figures is not None
        # 2·32³ multiplications and additions, and little else.
        assert figures.flops == pytest.approx(2 * 32**3, rel=0.1)
        assert figures.peak_bytes is not None
        assert figures.peak_bytes >= 32 * 32 * 4
        assert figures.compile_ms
        assert figures.run_ms

    def test_more_work_costs_more(self, jail: Jail) -> None:
        one, three = (
            measured(jail, "return x @ x").measured,
            measured(jail, "return x @ x @ x @ x").measured,
        )
        assert one is not None
        assert three is not None
        assert (three.flops or 0) > 2 * (one.flops or 1)

    def test_what_cannot_be_jitted_has_no_figures(self, jail: Jail) -> None:
        costed = measured(jail, "return np.tanh(x)")
        assert costed.measured is None
        assert costed.raised is not None
        assert costed.raised.line == 3

    @pytest.mark.parametrize(
        "forged",
        [
            "{'cost': {'flops': -1.0}}",
            "{'cost': {'flops': float('inf'), 'bytes_accessed': None, 'peak_bytes': None,"
            " 'compile_ms': None, 'run_ms': None}}",
            "{'cost': 'none', 'verdict': 'AC'}",
        ],
    )
    def test_forged_figures_end_the_process(self, jail: Jail, forged: str) -> None:
        body = (
            "import sys\n"
            f"sys.modules['runner.cost'].measure = lambda *_: ({forged})['cost']\n"
            "return x"
        )
        inputs: dict[str, Value] = {"x": X, "n": 3}
        with jail.spawn(Limits()) as process:
            process.load("p", source_of(body), "solve", ["x", "n"])
            process.call("p", inputs)
            costed = process.cost("p", inputs, ["n"])
        assert costed.measured is None
        assert costed.ended is not None
