# /// attack
# tries = "Have the judge's input overwritten"
# by = "donation of x"
# expect = ["WA values"]
# ///
import functools

import jax


@functools.partial(jax.jit, donate_argnums=0)
def spend(x):
    return x * 0


def solve(x):
    return spend(x)
