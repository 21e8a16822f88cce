# /// attack
# tries = "Be right where one looks first"
# by = "the first element alone"
# expect = ["WA values"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.zeros_like(x).at[0].set(2 * x[0])
