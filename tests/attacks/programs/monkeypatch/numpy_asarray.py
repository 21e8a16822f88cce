# /// attack
# tries = "Have other arrays sent"
# by = "numpy.asarray and jax.device_get replaced"
# expect = ["WA values", "RTE"]
# ///
import jax
import numpy as np

zeros = np.zeros(3, np.float32)
np.asarray = np.ascontiguousarray = jax.device_get = lambda *_, **__: zeros


def solve(x):
    return x
