# /// attack
# tries = "Open a path past Python's checks"
# by = "openat with a path that leaves by .."
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes


def solve(x):
    if ctypes.CDLL(None).openat(-100, b"../../../../../etc/passwd", 0) < 0:
        raise RuntimeError("refused")
    return x + x
