# /// attack
# tries = "Reach another machine through JAX"
# by = "jax.distributed.initialize"
# expect = ["RTE", "TLE"]
# wall_s = 3.0
# ///
from jax._src import distributed

PORT = 0


def solve(x):
    # Past the check that no backend is there yet.
    distributed.global_state.initialize(f"127.0.0.1:{PORT}", 2, 1, initialization_timeout=1)
    return x + x
