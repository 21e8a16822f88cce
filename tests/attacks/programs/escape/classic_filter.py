# /// attack
# tries = "Answer its own system calls"
# by = "seccomp (317) with a listener"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
CODE = (ctypes.c_uint64 * 1)(0x7FFF000000000006)
FILTER = (ctypes.c_uint64 * 2)(1, ctypes.addressof(CODE))
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(317, 1, 8, ctypes.byref(FILTER)) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
