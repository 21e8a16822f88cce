# /// attack
# tries = "Bring text"
# by = "an array of strings"
# expect = ["WA structure"]
# ///
import numpy as np


def solve(x):
    return np.array([str(v) for v in np.asarray(x + x)])
