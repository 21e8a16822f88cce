# /// attack
# tries = "Have the compiler write files"
# by = "XLA_FLAGS with a folder for dumps, the backend made again"
# expect = ["RTE", "WA values", "TLE"]
# ///
import os

import jax

os.environ["XLA_FLAGS"] = "--xla_dump_to=/runtime/cache --xla_dump_hlo_as_text"


def solve(x):
    jax.clear_caches()
    jax.extend.backend.clear_backends()
    return jax.jit(lambda v: v * 1)(jax.numpy.ones(3) * x[0])
