# /// attack
# tries = "Return a view"
# by = "negative strides"
# expect = ["AC"]
# ///
import numpy as np


def solve(x):
    return (2 * np.asarray(x))[::-1].copy()[::-1]
