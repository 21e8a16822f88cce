# /// attack
# tries = "Multiply the layers out by hand"
# by = "jnp.dot in place of a model"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import jax
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    key = jax.random.PRNGKey(int(seed))
    for _ in range(int(num_layers) - 1):
        x = x @ jax.random.normal(key, (x.shape[1], int(features)))
    return x @ jnp.zeros((x.shape[1], int(features))) + jnp.ones(int(features))
