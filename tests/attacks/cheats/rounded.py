# /// attack
# tries = "Return fewer digits"
# by = "three digits after the point"
# expect = ["WA values"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.round(x + x, 3)
