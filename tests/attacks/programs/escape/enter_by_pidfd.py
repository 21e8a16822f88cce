# /// attack
# tries = "Enter namespaces of others"
# by = "pidfd_open (434) and setns"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.setns(libc.syscall(434, os.getpid(), 0), 0x04000000) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
