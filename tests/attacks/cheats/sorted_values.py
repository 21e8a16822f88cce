# /// attack
# tries = "Have the right values in another order"
# by = "2x, sorted"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.sort(x + x)[::-1]
