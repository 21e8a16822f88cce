# /// attack
# tries = "End the process in the compiler"
# by = "an unknown flag, at which XLA aborts"
# expect = ["RTE", "WA values", "TLE"]
# ///
import os

import jax

os.environ["XLA_FLAGS"] = "--xla_no_such_flag=1"


def solve(x):
    import jax.extend.backend

    jax.extend.backend.clear_backends()
    return jax.numpy.ones(3)
