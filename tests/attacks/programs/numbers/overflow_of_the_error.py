# /// attack
# tries = "Overflow the error"
# by = "the largest float32"
# expect = ["WA values"]
# ///
import numpy as np


def solve(x):
    return np.full(3, np.finfo(np.float32).max, np.float32) * np.sign(-np.asarray(x))
