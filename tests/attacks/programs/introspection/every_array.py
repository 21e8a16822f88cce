# /// attack
# tries = "Find the expected values among all arrays"
# by = "gc and jax.live_arrays"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import gc

import jax
import numpy as np


def solve(x):
    wanted = 2 * np.asarray(x)
    for held in [*gc.get_objects(), *jax.live_arrays()]:
        if isinstance(held, np.ndarray | jax.Array) and held.shape == x.shape and held is not wanted:
            if np.allclose(held, wanted):
                return held
    raise RuntimeError("nothing found")
