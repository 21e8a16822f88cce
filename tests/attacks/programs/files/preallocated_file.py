# /// attack
# tries = "Take the disk at once"
# by = "posix_fallocate"
# expect = ["RTE"]
# shows = ["OSError", "PermissionError", "SIGXFSZ", "SIGSYS"]
# ///
import os


def solve(x):
    descriptor = os.open("/tmp/large", os.O_CREAT | os.O_RDWR)
    os.posix_fallocate(descriptor, 0, 1 << 34)
    return x + x
