# /// attack
# tries = "Hide what is wrong"
# by = "a masked array, all masked"
# expect = ["WA structure"]
# ///
import numpy as np


def solve(x):
    return np.ma.array(np.zeros(3, np.float32), mask=True)
