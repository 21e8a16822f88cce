# /// attack
# tries = "Read memory through /proc"
# by = "/proc/self/mem"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/proc/self/mem'):
        return x + x
    raise RuntimeError("not there")
