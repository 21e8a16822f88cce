# /// attack
# tries = "Have the judge compare in 64 bits"
# by = "jax_enable_x64"
# expect = ["WA dtype"]
# ///
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def solve(x):
    return jnp.asarray(x, jnp.float64) * 2
