# /// attack
# tries = "Take much memory and give it back"
# by = "100 MB"
# expect = ["AC"]
# ///
import numpy as np


def solve(x):
    held = np.ones(25_000_000, np.float32)
    return np.asarray(x) * (held[:3] + held[-3:])
