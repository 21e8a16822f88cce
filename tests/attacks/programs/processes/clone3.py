# /// attack
# tries = "Start a process by the call whose flags no filter can see"
# by = "clone3 (435) with exit signal SIGCHLD"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
ARGUMENTS = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(435, ctypes.byref(ARGUMENTS), 88) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
