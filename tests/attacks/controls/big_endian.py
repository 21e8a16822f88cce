# /// attack
# tries = "Return bytes the other way round"
# by = "a big-endian array"
# expect = ["AC"]
# ///
import numpy as np


def solve(x):
    return np.asarray(x + x).astype(">f4")
