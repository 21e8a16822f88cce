# /// attack
# tries = "Leave a mark for another run"
# by = "the time stamps of a file that all share"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os

import numpy


def solve(x):
    os.utime(numpy.__file__, (1, 1))
    return x + x
