# /// attack
# tries = "Overflow an index of 32 bits"
# by = "2^31 elements of one byte"
# expect = ["RTE", "MLE"]
# ///
import numpy as np


def solve(x):
    return np.ones(2**31 + 1, np.int8)
