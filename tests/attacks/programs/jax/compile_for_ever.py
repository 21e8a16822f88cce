# /// attack
# tries = "Hold the judge in the compiler"
# by = "a program of a million operations"
# expect = ["TLE"]
# wall_s = 1.0
# ///
import jax


@jax.jit
def grow(x):
    for _ in range(1_000_000):
        x = x * x + 1
    return x


def solve(x):
    return grow(x)
