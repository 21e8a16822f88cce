# /// attack
# tries = "Open a server"
# by = "jax.profiler.start_server"
# expect = ["RTE", "WA values", "TLE"]
# wall_s = 3.0
# ///
import jax


def solve(x):
    jax.profiler.start_server(9999)
    return x
