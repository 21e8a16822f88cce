# /// attack
# tries = "Read the settings of the kernel"
# by = "/sys/kernel"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/sys/kernel'):
        return x + x
    raise RuntimeError("not there")
