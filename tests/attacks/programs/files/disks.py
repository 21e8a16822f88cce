# /// attack
# tries = "Read the disks"
# by = "/dev/sda"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/dev/sda'):
        return x + x
    raise RuntimeError("not there")
