# /// attack
# tries = "Leave a mark for another run"
# by = "an extended attribute"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os

import numpy


def solve(x):
    os.setxattr(numpy.__file__, "user.left", b"left")
    return x + x
