# /// attack
# tries = "Have a tracer"
# by = "ptrace (PTRACE_TRACEME)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.ptrace(0, 0, 0, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
