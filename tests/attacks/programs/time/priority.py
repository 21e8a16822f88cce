# /// attack
# tries = "Take the processor from others"
# by = "a lower nice value"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os


def solve(x):
    os.nice(-10)
    return x + x
