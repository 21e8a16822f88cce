# /// attack
# tries = "Change what others import"
# by = "a file renamed over the cache and a link in its place"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os

import numpy


def solve(x):
    with open("/tmp/numpy.py", "w") as file:
        file.write("left")
    os.replace("/tmp/numpy.py", numpy.__file__)
    return x + x
