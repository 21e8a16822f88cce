# /// attack
# tries = "Have the answer compared with itself"
# by = "the input changed to half of itself, and x returned"
# expect = ["WA values"]
# ///
import ctypes

import numpy as np


def solve(x):
    half = np.asarray(x) / 2
    ctypes.memmove(x.unsafe_buffer_pointer(), half.ctypes.data, half.nbytes)
    return np.asarray(x)
