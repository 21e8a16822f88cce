# /// attack
# tries = "Hold a library's file by another name"
# by = "a hard link in /tmp"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os

import numpy


def solve(x):
    os.link(numpy.__file__, "/tmp/numpy.py")
    return x + x
