# /// attack
# tries = "Bring times"
# by = "datetime64"
# expect = ["WA structure"]
# ///
import numpy as np


def solve(x):
    return np.zeros(3, "datetime64[s]")
