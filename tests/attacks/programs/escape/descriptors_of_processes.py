# /// attack
# tries = "Take a descriptor of a process"
# by = "pidfd_getfd (438), tried on itself"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(438, libc.syscall(434, os.getpid(), 0), 1, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
