# /// attack
# tries = "Read the kernel's log"
# by = "/dev/kmsg"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/dev/kmsg'):
        return x + x
    raise RuntimeError("not there")
