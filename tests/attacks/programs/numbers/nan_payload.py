# /// attack
# tries = "Hide something in a NaN"
# by = "signalling NaNs with a payload"
# expect = ["WA non_finite"]
# ///
import numpy as np


def solve(x):
    return np.array([0x7F800001, 0xFFC0BEEF, 0x7FDEAD00], np.uint32).view(np.float32)
