# /// attack
# tries = "Be zero to one and not to another"
# by = "the smallest denormal"
# expect = ["WA values"]
# ///
import numpy as np


def solve(x):
    return np.full(3, 1e-45, np.float32)
