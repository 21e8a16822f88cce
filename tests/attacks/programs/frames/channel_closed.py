# /// attack
# tries = "Have the judge wait for nobody"
# by = "every descriptor closed, and the answer returned"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# ///
import os


def solve(x):
    os.closerange(0, 256)
    return x + x
