# /// attack
# tries = "Be different from nothing"
# by = "NaN, to which no error is larger"
# expect = ["WA non_finite"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.full_like(x, jnp.nan)
