# /// attack
# tries = "Have a forged executable loaded"
# by = "an entry of the compilation cache of its own"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
import os

import jax

os.makedirs("/tmp/cache", exist_ok=True)
jax.config.update("jax_compilation_cache_dir", "/tmp/cache")
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)


def solve(x):
    jax.jit(lambda v: v * 1)(x).block_until_ready()
    for name in os.listdir("/tmp/cache"):
        with open(f"/tmp/cache/{name}", "wb") as file:
            file.write(b"\0" * 4096)
    return x
