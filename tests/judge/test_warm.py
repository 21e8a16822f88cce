"""Filling the compilation cache: what the public warm-up compiles is there for submissions."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from judge.package import Package
from judge.sandbox.policy import Limits
from judge.warm import Entry, WarmupFailed, warm
from tests.judge.caching import empty_cache, jail_on

PROGRAM = """
import flax.linen as nn
import jax
import jax.numpy as jnp

def warmup(seed, x, num_layers, features):
    return x

def fill_cache(seed, x, num_layers, features):
    model, ones = nn.Dense(3), jnp.ones((4, 2))
    variables = jax.jit(model.init)(jax.random.PRNGKey(0), ones)
    return jax.jit(model.apply)(variables, ones)
"""

# The same under other names and with another kind of key. Returns how many programs were looked
# for, and how many were found.
SUBMISSION = """
import flax.linen as nn
import jax
import jax.numpy as jnp
from jax._src import monitoring

class Scaled(nn.Dense):
    pass

def solve(x):
    model, key, found = Scaled(3), jax.random.key(7), []
    monitoring.register_event_listener(lambda event, **details: found.append(event))

    @jax.jit
    def fresh(key, rows):
        return model.init(key, rows)["params"]

    params = fresh(key, x)
    jax.jit(lambda params, rows: model.apply({"params": params}, rows))(params, x)
    asked = found.count("/jax/compilation_cache/compile_requests_use_cache")
    return jnp.array([asked, found.count("/jax/compilation_cache/cache_hits")])
"""


@pytest.fixture
def few_shapes(package: Package) -> Package:
    """The first problem with one of its groups and a warm-up of this test's."""
    spec = package.spec.model_copy(update={"groups": package.spec.groups[:1]})
    return replace(package, spec=spec, warmup=PROGRAM)


@pytest.mark.sandbox
def test_what_a_submission_jits_and_is_observed_in_is_found(few_shapes: Package) -> None:
    going_on, x = threading.Event(), np.full((4, 2), 2, np.float32)
    with empty_cache() as cache:
        with jail_on(cache, writable=True) as writer:
            assert warm(writer, few_shapes, 0, Entry.WARMUP, going_on)
            assert not list(cache.glob("jit_program-*"))
            assert warm(writer, few_shapes, 0, Entry.FILL_CACHE, going_on)
            broken = replace(few_shapes, warmup=PROGRAM.replace("nn.Dense(3)", "nn.Dense(-3)"))
            with pytest.raises(WarmupFailed, match=r"fill_cache in warmup\.py"):
                warm(writer, broken, 0, Entry.FILL_CACHE, going_on)
        with jail_on(cache, writable=False) as reader, reader.spawn(Limits()) as process:
            process.load("p", SUBMISSION, "solve", ["x"])
            answer = process.call("p", {"x": x}, few_shapes.spec.trace.observe)
    assert answer.output is not None, answer.raised
    asked, hits = answer.output.leaves[0].value
    assert asked == hits == 2
    (applied,) = answer.trace.applied()
    assert applied.input is not None
    np.testing.assert_array_equal(applied.input, x)


@pytest.mark.parametrize(
    ("warmup", "entries"),
    [
        (None, []),
        (PROGRAM, [Entry.WARMUP, Entry.FILL_CACHE]),
        (PROGRAM.replace("def fill_cache", "def other"), [Entry.WARMUP]),
        ("# fill_cache\nclass A:\n    def fill_cache(self): pass\n", [Entry.WARMUP]),
    ],
    ids=["no warm-up", "both", "one", "only named"],
)
def test_a_package_may_leave_out_what_only_the_cache_needs(
    package: Package, warmup: str | None, entries: list[Entry]
) -> None:
    chosen = replace(package, warmup=warmup)
    assert [entry for entry in Entry if entry.source_in(chosen) is not None] == entries
