# /// attack
# tries = "See the plan in what the warm-up was given"
# by = "arrays that live on in a warmed process"
# expect = ["RTE"]
# spare = true
# groups = []
# shows = ["nothing among"]
# ///
import gc

import jax
import numpy as np


def solve(x):
    held = [a for a in [*gc.get_objects(), *jax.live_arrays()] if isinstance(a, np.ndarray | jax.Array)]
    same = [a for a in held if a.shape == x.shape and a is not x and np.allclose(a, x)]
    if len(same) > 1:
        return x + x
    raise RuntimeError(f"nothing among {len(held)}")
