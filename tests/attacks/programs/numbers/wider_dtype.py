# /// attack
# tries = "Be right in more bits"
# by = "float64"
# expect = ["WA dtype"]
# ///
import numpy as np


def solve(x):
    return np.asarray(x, np.float64) * 2
