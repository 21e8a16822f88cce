# /// attack
# tries = "Do by a ring what the filter refuses"
# by = "io_uring_setup (425)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
PARAMETERS = ctypes.create_string_buffer(120)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(425, 8, PARAMETERS) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
