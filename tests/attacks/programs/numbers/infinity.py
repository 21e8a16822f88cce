# /// attack
# tries = "Be within any tolerance"
# by = "infinity"
# expect = ["WA non_finite"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.full_like(x, jnp.inf)
