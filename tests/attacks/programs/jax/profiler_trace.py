# /// attack
# tries = "Write a profile where others read"
# by = "jax.profiler.trace into the cache"
# expect = ["RTE"]
# ///
import jax


def solve(x):
    with jax.profiler.trace("/runtime/cache/left"):
        (x + x).block_until_ready()
    return x + x
