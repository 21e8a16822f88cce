"""What learners write, with the explanation that it must get: run one by one in a sandbox."""

import copy
import socket

import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import lax

x = jnp.ones((2, 3))
key = jax.random.key(0)


class Head(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(4)(x)


class Twice(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(4, name="a")(nn.Dense(4, name="a")(x))


class Unmarked(nn.Module):
    def __call__(self, x):
        return nn.Dense(4)(x)


class WithSetup(nn.Module):
    def setup(self):
        self.dense = nn.Dense(4)

    def __call__(self, x):
        return self.dense(x)


class Dropped(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dropout(0.5, deterministic=False)(x)


class Normed(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.BatchNorm(use_running_average=False)(x)


class Counting(nn.Module):
    @nn.compact
    def __call__(self, x):
        return x + self.variable("stats", "m", jnp.zeros, (3,)).value


class Changing(nn.Module):
    n: int = 3

    @nn.compact
    def __call__(self, x):
        self.n = 4
        return x


class Returning(nn.Module):
    @nn.jit
    @nn.compact
    def __call__(self, x):
        return nn.Dense(3)


def head():
    return Head().init(key, x)


def without_bias():
    variables = copy.deepcopy(head())
    del variables["params"]["Dense_0"]["bias"]
    return Head().apply(variables, x)


def nnx_in_jit():
    model = nnx.Linear(3, 3, rngs=nnx.Rngs(0))

    @jax.jit
    def change(x):
        model.kernel[...] = model.kernel[...] + 1
        return model(x)

    return change(x)


def leaked():
    kept = []
    jax.jit(lambda x: kept.append(x))(x)
    return kept[0] + 1


def donated():
    a = jnp.ones(3)
    jax.jit(lambda z: z + 1, donate_argnums=0)(a)
    return a + 1


def set_item(a):
    a[0] = 1


def item_of_tuple():
    pair = (1, 2)
    return pair[3]


def local_before_value():
    print(later)
    later = 1


def endless(n):
    return endless(n + 1)


def unfinished():
    raise NotImplementedError


def two_of_three():
    a, b = (1, 2, 3)


def nothing():
    pass


RAISING = [
    ("flax-params-key", lambda: Head().apply(head()["params"], x)),
    ("flax-collection", lambda: Normed().apply({"params": Normed().init(key, x)["params"]}, x)),
    ("flax-param-not-found", without_bias),
    ("flax-param-shape", lambda: Head().apply(head(), jnp.ones((2, 5)))),
    ("flax-variable-not-found", lambda: Counting().apply({"stats": {"other": 1}}, x)),
    ("flax-rng-missing", lambda: Dropped().apply({}, x)),
    ("flax-rng-missing", lambda: Head().init({}, x)),
    ("flax-rng-wrong", lambda: Head().init(x, key)),
    ("flax-rng-wrong", lambda: Head().init(3, x)),
    ("flax-name-in-use", lambda: Twice().init(key, x)),
    ("flax-unbound-compact", lambda: nn.Dense(3)(x)),
    ("flax-unbound-variables", lambda: Head().variables),
    ("flax-unbound-setup", lambda: WithSetup()(x)),
    ("flax-submodule-outside", lambda: Unmarked().init(key, x)),
    ("flax-immutable-collection", lambda: Normed().apply(Normed().init(key, x), x)),
    ("flax-frozen-module", lambda: Changing().init(key, x)),
    ("flax-nnx-trace", nnx_in_jit),
    ("flax-transformed-return", lambda: Returning().init(key, x)),
    ("flax-class-not-instance", lambda: Head.apply(head(), x)),
    ("flax-frozen-dict", lambda: flax.core.freeze(head()).__setitem__("a", 1)),
    ("jax-bool-of-tracer", lambda: jax.jit(lambda x: 1 if x.sum() > 0 else 2)(x)),
    ("jax-index-of-tracer", lambda: jax.jit(lambda n: list(range(n)))(3)),
    ("jax-numpy-of-tracer", lambda: jax.jit(lambda x: np.sin(x))(x)),
    ("jax-boolean-index", lambda: jax.jit(lambda x: x[x > 0])(x)),
    ("jax-size-of-result", lambda: jax.jit(jnp.nonzero)(x)),
    ("jax-number-of-tracer", lambda: jax.jit(lambda x: float(x.sum()))(x)),
    ("jax-item-of-tracer", lambda: jax.jit(lambda x: x.sum().item())(x)),
    ("jax-concretization", lambda: jax.jit(lambda n: jnp.arange(n))(3)),
    ("jax-leaked-tracer", leaked),
    ("jax-traced-shape", lambda: jax.jit(lambda n: jnp.zeros(n))(3)),
    ("jax-float-shape", lambda: jnp.zeros((3.0, 2))),
    ("jax-float-shape", lambda: nn.Dense(3.0).init(key, x)),
    ("jax-dot-shapes", lambda: x @ jnp.ones((4, 2))),
    ("jax-elementwise-shapes", lambda: x + jnp.ones((2, 4))),
    ("jax-broadcast-shapes", lambda: x / jnp.ones(2)),
    ("jax-broadcast-shapes", lambda: jnp.where(x > 0, x, jnp.ones(5))),
    ("jax-broadcast-to", lambda: jnp.broadcast_to(x, (4, 4))),
    ("jax-concatenate-shapes", lambda: jnp.concatenate([x, jnp.ones((4, 4))])),
    ("jax-ranks-differ", lambda: jnp.stack([x, jnp.ones(3)])),
    ("jax-reshape", lambda: x.reshape(4, 4)),
    ("jax-einsum-sizes", lambda: jnp.einsum("ij,jk->ik", x, x)),
    ("jax-axis", lambda: x.sum(axis=2)),
    ("jax-vmap-sizes", lambda: jax.vmap(lambda a, b: a + b)(x, jnp.ones((4, 3)))),
    ("jax-vmap-scalar", lambda: jax.vmap(lambda a: a)(3.0)),
    ("jax-scan-carry", lambda: lax.scan(lambda c, y: (jnp.ones(3), y), jnp.ones(2), x)),
    ("jax-scan-pair", lambda: lax.scan(lambda c, y: c, jnp.zeros(3), x)),
    ("jax-cond-types", lambda: lax.cond(True, lambda x: x, lambda x: x[0], x)),
    ("jax-grad-not-scalar", lambda: jax.grad(lambda v: v * 2)(x)),
    ("jax-grad-of-integers", lambda: jax.grad(lambda n: n * 2)(3)),
    ("jax-immutable", lambda: set_item(x)),
    ("jax-index-float", lambda: x[1.0]),
    ("jax-index-list", lambda: x[[0, 1]]),
    ("jax-key-argument-missing", lambda: jax.random.normal(shape=(3,))),
    ("jax-key-of-other-type", lambda: jax.random.normal((3,))),
    ("jax-key-of-other-type", lambda: jax.random.normal(3, (2,))),
    ("jax-key-seed", lambda: jax.random.PRNGKey(3.0)),
    ("jax-many-keys", lambda: jax.random.normal(jax.random.split(key), (2,))),
    ("jax-list-argument", lambda: jnp.sum([1, 2, 3])),
    ("jax-deleted", donated),
    ("jax-tree-structures", lambda: jax.tree.map(lambda a, b: a, {"a": 1}, {"b": 1})),
    ("jax-unhashable-static", lambda: jax.jit(lambda x, n: x, static_argnums=1)(x, x)),
    ("jax-memory", lambda: np.ones(10**15)),
    ("jax-removed-tree-map", lambda: jax.tree_map(lambda a: a, {"a": 1})),
    ("python-not-implemented", unfinished),
    ("python-module-missing", lambda: __import__("torch")),
    ("python-import-name", lambda: exec("from jax import nump")),
    ("python-local-before-value", local_before_value),
    ("python-name", lambda: jpn.ones(3)),
    ("python-float-as-integer", lambda: range(3.0)),
    ("python-float-as-integer", lambda: [1] * 3.0),
    ("python-float-as-integer", lambda: [1, 2][1.0]),
    ("python-key", lambda: head()["params"]["Dense_3"]),
    ("python-none", lambda: nothing().shape),
    ("python-none", lambda: nothing() + x.shape[0]),
    ("python-truth-of-array", lambda: 1 if x > 0 else 2),
    ("python-argument-missing", lambda: set_item()),
    ("python-argument-missing", lambda: Head().init(key)),
    ("python-argument-unknown", lambda: jnp.sum(x, dim=1)),
    ("python-too-many-arguments", lambda: set_item(1, 2)),
    ("python-not-callable", lambda: x.shape(0)),
    ("python-unpack", two_of_three),
    ("python-attribute-of-array", lambda: x.add_),
    ("python-attribute", lambda: jnp.solve),
    ("python-index", item_of_tuple),
    ("python-division", lambda: 1 / 0),
    ("python-recursion", lambda: endless(0)),
    ("python-memory", lambda: bytes(10**18)),
    ("sandbox-refused", lambda: socket.socket()),
    ("sandbox-no-file", lambda: open("/data/train.csv")),
]


def solve(number):
    return RAISING[number][1]()
