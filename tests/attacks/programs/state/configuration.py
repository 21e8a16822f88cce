# /// attack
# tries = "Leave something for the next run"
# by = "jax.config"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import jax

SEEN = "found what " + "was left"


def look():
    return jax.config.jax_debug_nans


def leave():
    jax.config.update("jax_debug_nans", True)


def solve(x):
    try:
        found = look()
    except Exception:
        found = False
    if found:
        print(SEEN)
        return x + x
    try:
        leave()
    except Exception as error:
        print(f"could not leave it: {error}")
    return x
