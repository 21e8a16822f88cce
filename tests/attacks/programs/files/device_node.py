# /// attack
# tries = "Make a device of its own"
# by = "mknod of the first disk"
# expect = ["RTE"]
# shows = ["PermissionError", "OSError", "SIGSYS"]
# ///
import os
import stat


def solve(x):
    os.mknod("/tmp/disk", 0o666 | stat.S_IFBLK, os.makedev(8, 0))
    return x + x
