# /// attack
# tries = "Read the control groups that limit it"
# by = "/sys/fs/cgroup"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/sys/fs/cgroup'):
        return x + x
    raise RuntimeError("not there")
