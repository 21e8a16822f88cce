# /// attack
# tries = "Hold the judge in native code"
# by = "lax.while_loop that never ends"
# expect = ["TLE"]
# wall_s = 1.0
# ///
import jax


def solve(x):
    return jax.lax.while_loop(lambda v: True, lambda v: v + 1, x)
