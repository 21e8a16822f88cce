# /// attack
# tries = "Leave something for the next run"
# by = "jax.config"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import jax


def look():
    return jax.config.jax_debug_nans


def leave():
    jax.config.update("jax_debug_nans", True)
