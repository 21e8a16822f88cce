# /// attack
# tries = "Compute in fewer bits"
# by = "bfloat16 inside, float32 outside"
# expect = ["WA values"]
# ///
import jax.numpy as jnp


def solve(x):
    return (x.astype(jnp.bfloat16) * 2).astype(jnp.float32)
