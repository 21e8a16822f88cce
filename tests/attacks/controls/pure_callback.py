# /// attack
# tries = "Call back into Python"
# by = "jax.pure_callback"
# expect = ["AC"]
# ///
import jax
import numpy as np


def solve(x):
    return jax.pure_callback(lambda v: 2 * np.asarray(v), x, x)
