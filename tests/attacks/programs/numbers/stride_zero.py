# /// attack
# tries = "Be small here and huge there"
# by = "a broadcast view of 2^40 elements"
# expect = ["RTE", "MLE"]
# ///
import numpy as np


def solve(x):
    return np.broadcast_to(np.float32(1), (1 << 40,))
