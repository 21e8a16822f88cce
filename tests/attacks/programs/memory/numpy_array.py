# /// attack
# tries = "Take all memory by one call"
# by = "numpy.full of 4 GiB"
# expect = ["MLE"]
# ///
import numpy as np


def solve(x):
    return np.full((1 << 30,), 1.0, np.float32)
