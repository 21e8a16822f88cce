# /// attack
# tries = "Hold the kernel in a page fault"
# by = "userfaultfd (323)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(323, 1) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
