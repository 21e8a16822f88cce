# /// attack
# tries = "Be right by chance"
# by = "a guess"
# expect = ["WA values"]
# ///
import random

import numpy as np


def solve(x):
    return np.array([random.gauss(0, 2) for _ in range(3)], np.float32)
