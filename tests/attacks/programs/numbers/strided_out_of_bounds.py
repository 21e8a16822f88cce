# /// attack
# tries = "Read memory behind the array"
# by = "as_strided over a gigabyte"
# expect = ["RTE", "MLE", "WA shape", "TLE"]
# ///
import numpy as np


def solve(x):
    return np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (1 << 28,), (4,))
