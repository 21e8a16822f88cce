# /// attack
# tries = "Ask for more than there is address space"
# by = "an array of 2^31 by 2^31"
# expect = ["RTE", "MLE"]
# ///
import jax.numpy as jnp


def solve(x):
    return jnp.zeros((2**31, 2**31))
