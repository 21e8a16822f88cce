# /// attack
# tries = "Read the host's accounts"
# by = "/etc/passwd"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os

PATHS = ['/etc/passwd', "/tmp/../../etc/passwd", "/proc/self/root/etc/passwd", "/proc/1/root/etc/passwd"]


def solve(x):
    for path in PATHS:
        if os.path.lexists(path):
            return x + x
    raise RuntimeError("not there")
