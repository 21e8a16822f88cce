# /// attack
# tries = "Tell a run at the same time something"
# by = "flock on a file of the library, which both can open"
# expect = ["RTE"]
# shows = ["PermissionError"]
# ///
import fcntl

import numpy


def solve(x):
    with open(numpy.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return x + x
