# /// attack
# tries = "Have XLA read behind an array"
# by = "a callback that returns less than it said"
# expect = ["RTE", "WA values"]
# ///
import jax
import numpy as np


def solve(x):
    wanted = jax.ShapeDtypeStruct((1 << 20,), np.float32)
    return jax.pure_callback(lambda v: np.zeros(1, np.float32), wanted, x)[:3]
