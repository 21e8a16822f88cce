# /// attack
# tries = "Keep numbers in a file"
# by = "numpy.save in /tmp"
# expect = ["AC"]
# ///
import numpy as np


def solve(x):
    np.save("/tmp/x.npy", np.asarray(x))
    return 2 * np.load("/tmp/x.npy")
