# /// attack
# tries = "Read the environment of other processes"
# by = "/proc/1/environ"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/proc/1/environ'):
        return x + x
    raise RuntimeError("not there")
