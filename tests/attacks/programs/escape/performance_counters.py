# /// attack
# tries = "Watch others by counters"
# by = "perf_event_open (298)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
ATTRIBUTES = (ctypes.c_uint32 * 32)(1, 128)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(298, ATTRIBUTES, 0, -1, -1, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
