# /// attack
# tries = "Have its memory written out"
# by = "prctl PR_SET_DUMPABLE and a core limit"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
LIMIT = (ctypes.c_uint64 * 2)(1 << 30, 1 << 30)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.setrlimit(4, LIMIT) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
