# /// attack
# tries = "Mount a file system"
# by = "mount of a tmpfs on /tmp"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
