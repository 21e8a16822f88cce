# /// attack
# tries = "Have another product"
# by = "numpy.matrix"
# expect = ["WA structure"]
# ///
import numpy as np


def solve(x):
    return np.matrix(np.asarray(x + x))
