"""JAX's own functions, loaded by name instead of traced. It rests on what JAX does inside: a
version of JAX that does otherwise fails here, and judges slower."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from judge.answer import Answer
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from tests.judge.caching import empty_cache, jail_on

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("library programs")]

# Returns how many programs were traced and looked for in JAX's own cache, then a checksum of each
# output, of its dtype and of whether that is weak.
EAGER = """
import zlib
import jax, jax.numpy as jnp, flax.linen as nn
import numpy as np
from jax._src import monitoring

traced = []
monitoring.register_event_listener(
    lambda event, **details: traced.append(event) if event.endswith("use_cache") else None)

def outputs(x):
    key, typed = jax.random.PRNGKey(3), jax.random.key(4)
    model = nn.Sequential([nn.Dense(5), nn.gelu, nn.LayerNorm(), nn.Dense(2)])
    variables = model.init(typed, x)
    yield from jax.tree.leaves(variables)
    yield model.apply(variables, x)
    yield from jax.random.split(key, 3)
    yield jax.random.key_data(jax.random.fold_in(typed, 7))
    yield jax.random.normal(key, (3, 4), jnp.bfloat16)
    yield jax.random.uniform(typed, (2, 3), minval=-1)
    yield jax.random.permutation(key, 6)
    yield jax.random.categorical(key, x)
    for dtype in (jnp.float32, jnp.bfloat16, jnp.int32, jnp.uint8, jnp.complex64, bool):
        yield jnp.ones((2, 3), dtype) + x.astype(dtype)[:2, :3]
    yield jnp.sin(1.5)
    yield x + 1
    yield 2 * x
    yield x ** 2
    yield x[1:, ::2]
    yield x.at[0].set(3.0)
    yield jnp.where(x > 0, x, 0.0)
    yield jnp.einsum("ij,kj->ik", x, x)
    yield x @ x.T
    yield jnp.concatenate([x, x], axis=1)
    yield from jnp.linalg.qr(x)
    yield jax.nn.softmax(x, axis=0)
    yield jax.nn.logsumexp(x)
    yield jnp.argsort(x, axis=1)
    yield jnp.cumsum(x)
    yield x.mean(), x.std(axis=0, ddof=1)
    yield jnp.dot(x, x.T, precision="highest")
    yield jnp.full((2,), jnp.nan) == jnp.nan

def solve(x):
    found = jax.tree.leaves(list(outputs(jnp.asarray(x))))
    jax.block_until_ready(found)
    return np.array([len(traced), *(
        zlib.crc32(np.asarray(each).tobytes() + f"{each.dtype}{each.weak_type}".encode())
        for each in found)], np.uint32)
"""

# Each of these must be as it is where nothing is loaded by name.
FOREIGN = """
import io, contextlib
import jax, jax.numpy as jnp
import numpy as np
from jax._src import core
from jax.interpreters import mlir
from jax.extend.core import Primitive

def raises(kind, call):
    try:
        call()
    except kind:
        return True
    return False

def checks(x):
    jax.block_until_ready([jnp.sin(x), jnp.add(x, x), x + 1.0, jnp.log(x), jax.nn.silu(x)])

    mine = Primitive("sin")
    mine.def_impl(lambda value: jax.jit(lambda v: mine.bind(v))(value))
    mine.def_abstract_eval(lambda aval: aval)
    mlir.register_lowering(mine, lambda context, value: [value])
    yield jnp.array_equal(mine.bind(x), x)

    def relu(value):
        return value - 5
    relu.__module__ = jax.nn.relu.__module__
    yield jnp.array_equal(jax.jit(relu)(x), x - 5)
    yield jnp.array_equal(jax.jit(jnp.sin)(x), jnp.sin(x))

    yield "stablehlo" in jax.nn.silu.lower(x).as_text()
    yield jnp.array_equal(jax.nn.silu.lower(x).compile()(x), jax.nn.silu(x))
    yield "custom_jvp_call" in str(jax.make_jaxpr(jax.nn.relu)(x))
    yield jax.eval_shape(jnp.sin, x).shape == x.shape
    yield jnp.allclose(jax.grad(lambda v: jnp.sin(v).sum())(x), jnp.cos(x))
    yield jnp.array_equal(jax.vmap(jnp.sin)(x), jnp.sin(x))
    yield jnp.array_equal(jax.jit(lambda v: jnp.sin(v) + 1)(x), jnp.sin(x) + 1)

    placed = jax.device_put(x, jax.devices()[0])
    yield jnp.sin(placed).committed and (placed + 1.0).committed
    yield not jnp.sin(x).committed and not (x + 1.0).committed
    yield jnp.sin(1.0).weak_type and not jnp.sin(x).weak_type

    with jax.enable_x64(True):
        yield jnp.sin(np.ones(2)).dtype == jnp.float64
    yield jnp.sin(np.ones(2)).dtype == jnp.float32
    with jax.disable_jit():
        yield jnp.array_equal(jax.nn.relu(x), jnp.maximum(x, 0))
    with jax.debug_nans(True):
        yield raises(FloatingPointError, lambda: jnp.log(-jnp.ones_like(x)))
    yield bool(jnp.isnan(jnp.log(-jnp.ones_like(x))).all())
    with jax.checking_leaks():
        yield jnp.array_equal(jnp.sin(x), jnp.sin(x))
    with jax.default_matmul_precision("float32"):
        yield "HIGHEST" in str(jax.make_jaxpr(jnp.dot)(x, x.T))
        yield jnp.allclose(jnp.dot(x, x.T), np.asarray(x) @ np.asarray(x).T)

    yield raises(TypeError, lambda: jnp.dot(x, jnp.ones(99)))
    yield raises(TypeError, lambda: jnp.sin("one"))
    yield raises(TypeError, lambda: jnp.reshape(x, (99,)))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    yield jnp.allclose(jnp.cosh(x[:1]), np.cosh(np.asarray(x[:1])))
    value = x + 1.0
    jax.clear_caches()
    yield jnp.array_equal(x + 1.0, value)

def solve(x):
    return np.array([bool(each) for each in checks(jnp.asarray(x))])
"""

# Another version of JAX, as far as this matters.
CHANGED = """
import numpy as np
from jax._src import pjit
from runner import library_programs

def solve(x):
    def infer_params(fun, info, arguments):
        return None
    pjit._infer_params = infer_params
    return np.array([library_programs.keep(), pjit._infer_params is not infer_params])
"""

LIMITS = Limits(wall_s=100, cpu_s=60, run_cpu_s=120)
X = np.linspace(-2, 2, 12, dtype=np.float32).reshape(3, 4)


def call(jail: Jail, source: str) -> np.ndarray:
    """What a source returns, in a process of its own."""
    with jail.spawn(LIMITS) as process:
        assert process.load("p", source, "solve", ["x"]).failure is None
        answer: Answer = process.call("p", {"x": X})
    assert answer.output is not None, answer.raised
    return answer.output.leaves[0].value


@dataclass(frozen=True)
class Filled:
    """A cache, how many programs were traced to fill it, and what they computed."""

    cache: Path
    traced: int
    made: list[int]


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    with empty_cache() as cache:
        with jail_on(cache, writable=True) as jail:
            traced, *made = call(jail, EAGER)
        yield Filled(cache, traced, made)


def test_what_is_loaded_by_name_computes_the_same(filled: Filled) -> None:
    stored = sorted(filled.cache.iterdir())
    with jail_on(filled.cache, writable=False) as jail:
        traced, *found = call(jail, EAGER)
    assert found == filled.made
    # What is left is what a program jits itself, and what XLA cannot store.
    assert traced < filled.traced / 4
    assert sorted(filled.cache.iterdir()) == stored
    assert len([path for path in stored if path.name.startswith("jax-")]) > 60


def test_what_is_not_as_jax_comes_is_traced_as_ever(filled: Filled) -> None:
    with jail_on(filled.cache, writable=False) as jail:
        as_ever = call(jail, FOREIGN)
    assert as_ever.all(), np.flatnonzero(~as_ever)


def test_what_is_cut_off_or_is_something_else_is_traced_as_ever(filled: Filled) -> None:
    broken = (b"", b"\n", b"[]\n", b'{"kept": 1}\nx', b"\xff" * 99)
    with empty_cache() as cache:
        for number, path in enumerate(sorted(filled.cache.iterdir())):
            copy = Path(shutil.copy(path, cache))
            if path.name.startswith("jax-"):
                copy.write_bytes(broken[number % len(broken)])
        with jail_on(cache, writable=False) as jail:
            _, *found = call(jail, EAGER)
    assert found == filled.made


def test_a_jax_that_traces_otherwise_is_left_alone(jail: Jail) -> None:
    assert call(jail, CHANGED).tolist() == [False, False]
