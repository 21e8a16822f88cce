# /// attack
# tries = "Leave something for the next run"
# by = "a jitted function with the same name"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import jax


def look():
    return hasattr(jax, "left_behind")


def leave():
    jax.left_behind = jax.jit(lambda v: v)
