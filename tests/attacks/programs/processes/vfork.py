# /// attack
# tries = "Start a process that shares the memory"
# by = "the system call vfork (58)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(58) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
