"""Shapes that Flax finds once instead of at each call. It rests on what Flax does inside: a version
that does otherwise fails here, and judges slower."""

from __future__ import annotations

import numpy as np
import pytest

from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits

pytestmark = pytest.mark.sandbox

# Returns how often shapes were found: for each of several programs when it runs, and again.
COUNTING = """
import flax.linen as nn
import jax, jax.numpy as jnp
import numpy as np

found = []
eval_shape = jax.eval_shape

def counting(*args, **kwargs):
    found.append(args)
    return eval_shape(*args, **kwargs)

jax.eval_shape = counting

class Own(nn.Module):
    @nn.compact
    def __call__(self, x):
        def init(key, shape):
            return jnp.ones(shape)
        held = nn.initializers.constant(jnp.ones(()))
        return x + self.param("own", init, x.shape) + self.param("held", held, x.shape)

class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.Dense(3, bias_init=nn.initializers.ones)(x)
        x = nn.LayerNorm()(x)
        kernel_init = nn.initializers.normal(0.5)
        return nn.Dense(2, kernel_init=kernel_init, param_dtype=jnp.float16)(x)

def times(model, x):
    before = len(found)
    variables = model.init(jax.random.PRNGKey(0), x)
    model.apply(variables, x)
    return len(found) - before

def solve(x):
    x = jnp.asarray(x)
    net = Net()
    first, again = times(net, x), times(net, x)
    wider = times(net, jnp.ones((3, 9)))
    with jax.enable_x64(True):
        other = times(net, x)
    own = [times(Own(), x), times(Own(), x)]
    return np.array([first, again, wider, other, *own])
"""

# Each of these must be as it is where nothing is remembered, also the second time.
AS_EVER = """
import flax.linen as nn
import flax.errors
import jax, jax.numpy as jnp
import numpy as np

def raises(kind, call):
    try:
        call()
    except kind:
        return True
    return False

class Table(nn.Module):
    shape: tuple

    @nn.compact
    def __call__(self):
        return self.param("table", nn.initializers.normal(), self.shape)

class Flat(nn.Module):
    @nn.compact
    def __call__(self):
        return self.param("flat", nn.initializers.lecun_normal(), (3,))

class Counted(nn.Module):
    @nn.compact
    def __call__(self):
        return self.param("value", self.start, (2,))

    def start(self, key, shape):
        calls.append(shape)
        return jnp.zeros(shape)

calls = []

def checks(x):
    dense = nn.Dense(3)
    variables = dense.init(jax.random.key(0), x)
    yield jnp.array_equal(dense.apply(variables, x), dense.apply(variables, x))
    yield raises(flax.errors.ScopeParamShapeError, lambda: dense.apply(variables, x[:, 1:]))
    yield raises(flax.errors.ScopeParamShapeError, lambda: nn.Dense(4).apply(variables, x))
    yield raises(TypeError, lambda: nn.Dense(3.0).apply(variables, x))

    table = {"params": {"table": jnp.ones((1, 2))}}
    yield Table((1, 2)).apply(table).shape == (1, 2)
    yield raises(TypeError, lambda: Table((1.0, 2)).apply(table))
    yield raises(flax.errors.ScopeParamShapeError, lambda: Table((2,)).apply(table))
    yield raises(ValueError, lambda: Flat().apply({"params": {"flat": jnp.ones(3)}}))

    value = {"params": {"value": jnp.zeros(2)}}
    before = len(calls)
    Counted().apply(value), Counted().apply(value)
    yield len(calls) == before + 2
    yield raises(flax.errors.InvalidRngError, lambda: dense.init(jnp.ones(3), x))
    yield jax.tree.map(jnp.shape, jax.jit(dense.init)(jax.random.PRNGKey(1), x)) == jax.tree.map(
        jnp.shape, variables)
    yield jnp.allclose(jax.grad(lambda v: dense.apply(v, x).sum())(variables)["params"]["bias"], 3)

def solve(x):
    x = jnp.asarray(x)
    return np.array([[bool(each) for each in checks(x)] for _ in range(2)])
"""

# Another version of Flax, as far as this matters.
CHANGED = """
import numpy as np
from flax.core import scope
from runner import shape_checks
import jax

def solve(x):
    param = scope.Scope.param
    scope.jax, scope.Scope.param = jax, lambda self, name, init_fn: None
    kept = [shape_checks.keep(), scope.jax is not jax]
    scope.Scope.param = param
    return np.array([*kept, shape_checks.keep(), scope.jax is not jax])
"""

LIMITS = Limits(wall_s=60, cpu_s=60, run_cpu_s=60)


def call(jail: Jail, source: str) -> np.ndarray:
    """What a source returns, in a process of its own."""
    with jail.spawn(LIMITS) as process:
        assert process.load("p", source, "solve", ["x"]).failure is None
        answer = process.call("p", {"x": np.ones((3, 4), np.float32)})
    assert answer.output is not None, answer.raised
    return answer.output.leaves[0].value


def test_a_shape_is_found_once(jail: Jail) -> None:
    first, again, wider, other, *own = call(jail, COUNTING)
    # Two kernels, two biases, scale and bias of the norm, the key.
    assert (first, again) == (7, 0)
    # One kernel has another shape; other types are another configuration.
    assert (wider, other) == (1, 7)
    # Of an initializer of the program's own each time, and of one that holds an array.
    assert own == [2, 2]


def test_the_checks_are_as_ever(jail: Jail) -> None:
    as_ever = call(jail, AS_EVER)
    assert as_ever.all(), np.argwhere(~as_ever)


def test_a_flax_that_checks_otherwise_is_left_alone(jail: Jail) -> None:
    assert call(jail, CHANGED).tolist() == [False, False, True, True]
