# /// attack
# tries = "Do without JAX"
# by = "NumPy"
# expect = ["AC"]
# ///
import numpy as np


def solve(x):
    return np.asarray(x) * np.float32(2)
