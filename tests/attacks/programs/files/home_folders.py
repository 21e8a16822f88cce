# /// attack
# tries = "Read the home folders"
# by = "/root"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/root'):
        return x + x
    raise RuntimeError("not there")
