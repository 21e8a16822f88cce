# /// attack
# tries = "Become root of a user namespace of its own"
# by = "clone (56) with CLONE_NEWUSER and CLONE_NEWPID"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(56, 0x10000000 | 0x20000000 | 17, 0, 0, 0, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
