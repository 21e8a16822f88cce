# /// attack
# tries = "Change the segments of the processor"
# by = "modify_ldt (154)"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
BUFFER = ctypes.create_string_buffer(64)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(154, 0, BUFFER, 64) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
