# /// attack
# tries = "Hold the judge from inside a compiled program"
# by = "pure_callback that never returns"
# expect = ["TLE"]
# wall_s = 1.0
# ///
import jax


def spin(x):
    while True:
        pass


def solve(x):
    return jax.pure_callback(spin, x, x)
