# /// attack
# tries = "Take back what was dropped"
# by = "capset (126) of every capability"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)
SETS = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(126, HEADER, SETS) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
