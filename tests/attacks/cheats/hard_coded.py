# /// attack
# tries = "Know the answer by heart"
# by = "three numbers"
# expect = ["WA values"]
# ///
import numpy as np


def solve(x):
    return np.array([0.5, -1.25, 2.0], np.float32)
