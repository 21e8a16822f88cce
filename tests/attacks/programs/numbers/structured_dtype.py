# /// attack
# tries = "Bring fields along"
# by = "a structured array"
# expect = ["WA structure"]
# ///
import numpy as np


def solve(x):
    return np.zeros(3, [("value", "f4"), ("verdict", "S2")])
