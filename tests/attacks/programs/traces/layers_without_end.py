# /// attack
# tries = "Fill the trace"
# by = "a small model applied ten thousand times"
# expect = ["WA trace", "TLE"]
# problem = "zero-last-layer"
# groups = ["sample"]
# wall_s = 4.0
# ///
import flax.linen as nn
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    layer = nn.Dense(1)
    params = {"params": {"kernel": jnp.zeros((1, 1)), "bias": jnp.zeros(1)}}
    for _ in range(10_000):
        layer.apply(params, x[:1, :1])
    return jnp.ones((x.shape[0], int(features)))
