# /// attack
# tries = "Be compared in few bits"
# by = "float8, in which much is equal"
# expect = ["WA dtype"]
# ///
import jax.numpy as jnp


def solve(x):
    return (x + x).astype(jnp.float8_e5m2)
