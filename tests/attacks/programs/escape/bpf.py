# /// attack
# tries = "Run a program in the kernel"
# by = "bpf (321), a map"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
ATTRIBUTES = (ctypes.c_uint32 * 12)(2, 4, 4, 1)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(321, 0, ATTRIBUTES, 48) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
