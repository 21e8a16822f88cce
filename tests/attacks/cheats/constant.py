# /// attack
# tries = "Return the constant that the answer always is"
# by = "ones, without a model"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    return jnp.ones((x.shape[0], int(features)))
