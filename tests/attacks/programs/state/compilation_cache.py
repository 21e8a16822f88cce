# /// attack
# tries = "Leave something for the next run"
# by = "a program in the compilation cache"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os

import jax


def look():
    return any("left_behind" in name for name in os.listdir("/runtime/cache"))


def leave():
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_compilation_cache_dir", "/runtime/cache")


    def left_behind(v):
        return v * 3.25


    jax.jit(left_behind)(1.0).block_until_ready()
