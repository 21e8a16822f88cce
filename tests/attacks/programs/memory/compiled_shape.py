# /// attack
# tries = "Take all memory by what is only compiled"
# by = "a jitted product of 2^17 by 2^17"
# expect = ["RTE", "MLE"]
# ///
import jax
import jax.numpy as jnp


@jax.jit
def grow(x):
    ones = jnp.broadcast_to(x[0], (2**17, 2**17))
    return ones @ ones


def solve(x):
    return grow(x)
