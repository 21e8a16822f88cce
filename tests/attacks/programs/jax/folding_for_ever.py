# /// attack
# tries = "Hold the judge in the compiler"
# by = "a large constant to fold"
# expect = ["TLE", "MLE", "RTE"]
# wall_s = 1.0
# ///
import jax
import jax.numpy as jnp


@jax.jit
def fold():
    return jnp.sort(jnp.arange(1 << 26)[::-1] * 7 % 1_000_003)[:3].astype(jnp.float32)


def solve(x):
    return fold()
