# /// attack
# tries = "Return before it is computed"
# by = "an array that JAX still works on"
# expect = ["TLE"]
# wall_s = 1.0
# ///
import jax


@jax.jit
def slow(x):
    return jax.lax.fori_loop(0, 2**31 - 1, lambda _, v: v * 0.5 + 1, x)


def solve(x):
    return slow(x)
