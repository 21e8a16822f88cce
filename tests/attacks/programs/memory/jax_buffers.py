# /// attack
# tries = "Take all memory"
# by = "JAX arrays"
# expect = ["MLE"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.ones((1 << 28,)).sum()
