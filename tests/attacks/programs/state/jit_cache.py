# /// attack
# tries = "Leave something for the next run"
# by = "a jitted function with the same name"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import jax

SEEN = "found what " + "was left"


def look():
    return hasattr(jax, "left_behind")


def leave():
    jax.left_behind = jax.jit(lambda v: v)


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
