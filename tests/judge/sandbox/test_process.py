"""The sandboxed process as the orchestrator sees it: answers, failures, limits."""

from __future__ import annotations

import os
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from judge.answer import Answer, Ending, LeafKind
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.process import Loaded

pytestmark = pytest.mark.sandbox


def load(jail: Jail, source: str, parameters: tuple[str, ...] = ("x",)) -> Loaded:
    with jail.spawn(Limits()) as process:
        return process.load("p", textwrap.dedent(source), "solve", parameters)


def call(jail: Jail, body: str, x: object = 1.0, observe: tuple[str, ...] = ()) -> Answer:
    source = "import jax, jax.numpy as jnp, numpy as np\ndef solve(x):\n"
    source += textwrap.indent(textwrap.dedent(body), "    ")
    with jail.spawn(Limits()) as process:
        loaded = process.load("p", source, "solve", ["x"])
        assert loaded.failure is None
        return process.call("p", {"x": x}, observe)


class TestLoad:
    def test_a_program_with_its_entry_point_loads(self, jail: Jail) -> None:
        loaded = load(jail, "def solve(x): return x")
        assert (loaded.failure, loaded.ended) == (None, None)

    def test_a_program_that_begins_with_a_byte_order_mark_loads(self, jail: Jail) -> None:
        assert load(jail, "\ufeffdef solve(x): return x").failure is None

    @pytest.mark.parametrize(
        ("source", "kind", "said"),
        [
            ("def solve(x:", "syntax", "line 1"),
            ("", "entry", "no function solve(x)"),
            ("solve = 3", "entry", "not a function"),
            ("def solve(y): pass", "signature", "cannot be called as solve(x)"),
            ("def solve(x, y): pass", "signature", "cannot be called as solve(x)"),
            ("def solve(x): pass\0", "syntax", "null bytes"),
            ("def solve(x): return '\ud800'", "syntax", "surrogates"),
            ("x = " + "(" * 5000 + ")" * 5000, "syntax", ""),
            ("x = " + "-" * 200_000 + "1", "syntax", ""),
            ("import torch", "raised", "No module named 'torch'"),
            ("raise SystemExit(0)", "raised", ""),
        ],
    )
    def test_what_cannot_be_judged_is_told(
        self, jail: Jail, source: str, kind: str, said: str
    ) -> None:
        failure = load(jail, source).failure
        assert failure is not None
        assert failure.kind == kind
        assert said in failure.message

    def test_keyword_only_and_default_parameters_are_fine(self, jail: Jail) -> None:
        assert load(jail, "def solve(*, x, scale=2): return x").failure is None

    def test_no_control_character_of_an_import_reaches_a_terminal(self, jail: Jail) -> None:
        failure = load(jail, "raise ValueError('\\x1b[2J\\x07' + 'x' * 10**6)").failure
        assert failure is not None
        assert failure.traceback is not None
        for text in (failure.message, failure.traceback):
            assert "\x1b" not in text
            assert len(text) < 20_000

    def test_a_traceback_shows_the_programs_own_line(self, jail: Jail) -> None:
        failure = load(jail, "a = 1\nb = a / 0\n").failure
        assert failure is not None
        assert failure.line == 2
        assert failure.traceback is not None
        assert 'File "solution.py", line 2' in failure.traceback
        assert "/runtime" not in failure.traceback


class TestAnswers:
    @pytest.mark.parametrize(
        ("body", "kind", "shape", "dtype"),
        [
            ("return jnp.ones((2, 3))", LeafKind.JAX, (2, 3), "float32"),
            ("return np.zeros((0, 3), np.int8)", LeafKind.NUMPY, (0, 3), "int8"),
            ("return np.float64(3)", LeafKind.NUMPY_SCALAR, (), "float64"),
            ("return 3.0", LeafKind.PYTHON_SCALAR, (), "float64"),
            ("return True", LeafKind.PYTHON_SCALAR, (), "bool"),
            ("return jnp.ones(4, jnp.bfloat16)", LeafKind.JAX, (4,), "bfloat16"),
            ("return np.ones((2, 2), '>f4').T", LeafKind.NUMPY, (2, 2), "float32"),
            ("return jnp.ones(2) + 1j", LeafKind.JAX, (2,), "complex64"),
        ],
    )
    def test_what_counts_as_an_array(
        self, jail: Jail, body: str, kind: LeafKind, shape: tuple[int, ...], dtype: str
    ) -> None:
        output = call(jail, body).output
        assert output is not None
        (leaf,) = output.leaves
        assert (leaf.kind, leaf.value.shape, leaf.value.dtype.name) == (kind, shape, dtype)

    @pytest.mark.parametrize(
        ("body", "type_name", "why"),
        [
            ("return 'ones'", "str", "not an array"),
            ("return np.ma.ones(3)", "MaskedArray", "subclass"),
            ("return np.array(['a'])", "ndarray", "dtype"),
            ("return np.array([object()])", "ndarray", "dtype"),
            ("return 10**30", "int", "64 bits"),
            ("return jax.random.key(0)", "PRNGKeyArray", "key_data"),
            ("return solve", "function", "not an array"),
            (
                "kept = []\njax.jit(lambda v: kept.append(v))(jnp.ones(2))\nreturn kept[0]",
                "DynamicJaxprTracer",
                "tracer",
            ),
            (
                "class Lazy:\n    def __array__(self): return np.ones(3)\nreturn Lazy()",
                "Lazy",
                "not an array",
            ),
        ],
    )
    def test_what_does_not_is_refused_with_a_reason(
        self, jail: Jail, body: str, type_name: str, why: str
    ) -> None:
        refusal = call(jail, body).refusal
        assert refusal is not None
        assert refusal.type_name == type_name
        assert why in refusal.why

    def test_paths_of_a_pytree_are_as_jax_prints_them(self, jail: Jail) -> None:
        output = call(jail, "return {'a': [x, (x, None)], 'b': x}", np.ones(2, np.float32)).output
        assert output is not None
        assert [leaf.path for leaf in output.leaves] == ["['a'][0]", "['a'][1][0]", "['b']"]

    def test_inputs_arrive_whole(self, jail: Jail) -> None:
        x = np.arange(12, dtype=np.float32).reshape(3, 4) * np.float32(np.pi)
        output = call(jail, "return x", x).output
        assert output is not None
        np.testing.assert_array_equal(output.leaves[0].value, x)

    def test_non_finite_values_come_through(self, jail: Jail) -> None:
        output = call(jail, "return jnp.array([jnp.nan, jnp.inf, -jnp.inf])").output
        assert output is not None
        value = output.leaves[0].value
        assert np.isnan(value[0])
        assert value[1:].tolist() == [np.inf, -np.inf]

    def test_what_is_printed_belongs_to_the_case(self, jail: Jail) -> None:
        answer = call(jail, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nreturn x")
        assert (answer.stdout, answer.stderr) == ("out\n", "err\n")

    def test_control_characters_do_not_reach_a_terminal(self, jail: Jail) -> None:
        assert "\x1b" not in call(jail, "print('\\x1b[2J')\nreturn x").stdout

    def test_an_exception_is_told_with_its_line(self, jail: Jail) -> None:
        raised = call(jail, "return jnp.ones(2) @ jnp.ones(3)").raised
        assert raised is not None
        assert raised.line == 3
        assert raised.type_name == "TypeError"

    def test_an_exception_whose_str_raises_is_told_too(self, jail: Jail) -> None:
        body = "class E(Exception):\n    def __str__(self): raise ValueError\nraise E"
        raised = call(jail, body).raised
        assert raised is not None
        assert raised.type_name == "E"


class TestTrace:
    MODEL = """
        import flax.linen as nn
        m = nn.Dense(3)
        v = m.init(jax.random.PRNGKey(0), x)
        {use}
        """

    @pytest.mark.parametrize(
        ("use", "rows"),
        [
            ("return m.apply(v, x)", 1),
            ("return jax.jit(m.apply)(v, x)", 1),
            ("f = jax.jit(m.apply)\nf(v, x)\nreturn f(v, x)", 2),
            ("return jax.vmap(lambda r: m.apply(v, r))(x)", 4),
        ],
        ids=["eager", "jit", "warm jit", "vmap"],
    )
    def test_applied_layers_are_recorded(self, jail: Jail, use: str, rows: int) -> None:
        x = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
        body = textwrap.dedent(self.MODEL).replace("{use}", use)
        answer = call(jail, body, x, observe=("Dense",))
        assert answer.output is not None
        assert [layer.cls for layer in answer.trace.initialised()] == ["Dense"]
        layer = answer.trace.applied()[-1]
        assert layer.params["kernel"].shape == (2, 3)
        assert layer.output is not None
        assert layer.rows == rows
        assert layer.output.shape == ((4, 3) if rows == 1 else (rows, *layer.output.shape[1:]))

    def test_a_cached_jit_of_an_earlier_case_still_records(self, jail: Jail) -> None:
        source = textwrap.dedent("""
            import jax, flax.linen as nn
            m = nn.Dense(3)
            apply = jax.jit(m.apply)
            def solve(x):
                return apply(m.init(jax.random.PRNGKey(0), x), x)
            """)
        x = np.ones((4, 2), np.float32)
        with jail.spawn(Limits()) as process:
            process.load("p", source, "solve", ["x"])
            traces = [process.call("p", {"x": x}, ("Dense",)).trace for _ in range(2)]
        assert [len(trace.applied()) for trace in traces] == [1, 1]

    def test_a_parameter_that_no_layer_reads_is_named(self, jail: Jail) -> None:
        use = "v['params']['other'] = {'kernel': x}\nreturn m.apply(v, x)"
        body = textwrap.dedent(self.MODEL).replace("{use}", use)
        answer = call(jail, body, np.ones((4, 2), np.float32), observe=("Dense",))
        assert answer.trace.unused == ("other/kernel",)


class TestEnd:
    def test_after_its_end_a_process_takes_no_request(self, jail: Jail) -> None:
        with jail.spawn(Limits()) as process:
            process.load("p", "import os\ndef solve(x): os._exit(3)", "solve", ["x"])
            answer = process.call("p", {"x": 1.0})
            assert answer.ended is not None
            assert answer.ended.ending is Ending.EXITED
            assert "code 3" in answer.ended.detail
            assert not process.alive


class TestWholeRun:
    """What is computed while nothing is asked counts as well."""

    SPIN = """
        import threading
        def spin():
            while True: pass
        threading.Thread(target=spin, daemon=True).start()
        def solve(x): return x
        """

    def test_its_cpu_time_is_limited_over_all_requests(self, jail: Jail) -> None:
        with jail.spawn(Limits(cpu_s=30, run_cpu_s=0.5)) as process:
            process.load("p", textwrap.dedent(self.SPIN), "solve", ["x"])
            answer = process.call("p", {"x": 1.0})
            while answer.ended is None:
                answer = process.call("p", {"x": 1.0})
        assert answer.ended.ending is Ending.TIME

    def test_the_kernel_ends_one_that_nobody_waits_for(self, jail: Jail) -> None:
        with jail.spawn(Limits(run_cpu_s=0.1)) as process:
            process.load("p", textwrap.dedent(self.SPIN), "solve", ["x"])
            while process.running:
                time.sleep(0.01)


class TestPlace:
    def test_the_isolated_process_is_in_its_cgroup(self, jail: Jail) -> None:
        """Placed before it forks: a program that was outside could take all memory there is."""
        for _ in range(20):
            with jail.spawn(Limits()) as process:
                pid = process.pid
                groups = Path(f"/proc/{pid}/cgroup").read_text()
                assert f"jurax-{os.getpid()}." in groups


class TestTypesOf64Bits:
    @pytest.mark.parametrize("x64", [False, True])
    def test_are_there_where_they_are_asked_for(self, jail: Jail, x64: bool) -> None:
        with jail.spawn(Limits(), x64=x64) as process:
            process.load("p", "def solve(x): return x / 3", "solve", ["x"])
            answer = process.call("p", {"x": np.ones(2)})
        assert answer.output is not None
        value = answer.output.leaves[0].value
        assert value.dtype == (np.float64 if x64 else np.float32)
        assert (value == np.ones(2, value.dtype) / 3).all()
