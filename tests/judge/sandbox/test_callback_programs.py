"""Programs that call back into Python, as observed ones do, in the compilation cache. It rests on
what JAX does inside: a version of JAX that does otherwise fails here, and judges slower."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from judge.answer import Answer
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess
from tests.judge.caching import empty_cache, jail_on

pytestmark = pytest.mark.sandbox

# Returns how many programs were looked for in the cache, and how many were found.
SOURCE = """
import jax, jax.numpy as jnp, flax.linen as nn
from jax._src import monitoring

counts = {"compile_requests_use_cache": 0, "cache_hits": 0}

def count(event, **details):
    name = event.rpartition("/")[2]
    if name in counts:
        counts[name] += 1

class Model(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(2)(nn.Dense(3)(x))

def solve(x):
    model, key, rows = Model(), jax.random.PRNGKey(0), x[None]
    monitoring.register_event_listener(count)
    variables = jax.jit(model.init)(key, x)
    jax.jit(model.apply)(variables, x)
    jax.jit(jax.vmap(model.apply, (None, 0)))(variables, rows)
    return jnp.array(list(counts.values()))
"""

# Another version of JAX, as far as this matters.
CHANGED = """
import numpy as np
from jax._src import compiler
from runner import callback_programs

def solve(x):
    def compile_or_get_cached(module, callbacks):
        return None
    compiler.compile_or_get_cached = compile_or_get_cached
    kept = callback_programs.keep()
    return np.array([kept, compiler.compile_or_get_cached is not compile_or_get_cached])
"""


def call(process: SandboxedProcess, source: str, x: np.ndarray) -> Answer:
    assert process.load("p", source, "solve", ["x"]).failure is None
    return process.call("p", {"x": x}, ("Dense",))


def values(answer: Answer) -> list[int]:
    assert answer.output is not None, answer.raised
    return [int(value) for value in answer.output.leaves[0].value]


def test_they_are_kept_and_call_back_where_they_are_loaded() -> None:
    ones, twos = np.ones((4, 2), np.float32), np.full((4, 2), 2, np.float32)
    with empty_cache() as cache:
        with jail_on(cache, writable=True) as jail, jail.spawn(Limits()) as process:
            asked, hits = values(call(process, SOURCE, ones))
        kept = sorted(cache.iterdir())
        with jail_on(cache, writable=False) as jail, jail.spawn(Limits()) as process:
            answer = call(process, SOURCE, twos)
        assert sorted(cache.iterdir()) == kept
    assert asked >= 3
    assert hits == 0
    assert values(answer) == [asked, asked]
    applied = answer.trace.applied()
    assert [layer.params["kernel"].shape for layer in applied] == [(2, 3), (3, 2)] * 2
    for layer in applied:
        kernel, given, made = layer.params["kernel"], layer.input, layer.output
        assert given is not None
        assert made is not None
        np.testing.assert_allclose(made, given @ kernel, rtol=1e-5)
    for layer in applied[::2]:
        assert layer.input is not None
        assert np.all(layer.input == 2)


def test_nothing_is_stored_of_where_it_was_written() -> None:
    """Whoever loads it would have to read that too."""
    with empty_cache() as cache, jail_on(cache, writable=True) as jail:
        with jail.spawn(Limits()) as process:
            values(call(process, SOURCE, np.ones((4, 2), np.float32)))
        stored = [zlib.decompress(file.read_bytes()) for file in cache.glob("*-cache")]
    assert len(stored) >= 3
    assert not any(b".py" in each for each in stored)


def test_a_jax_that_compiles_otherwise_is_left_alone(jail: Jail) -> None:
    with jail.spawn(Limits()) as process:
        assert values(call(process, CHANGED, np.ones(1, np.float32))) == [0, 0]
