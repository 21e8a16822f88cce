# /// attack
# tries = "Apply a model on something else"
# by = "the right model on zeros"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    return right(seed, jnp.zeros_like(x), num_layers, features)
