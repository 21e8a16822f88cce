# /// attack
# tries = "Gain capabilities in a namespace of its own"
# by = "unshare (CLONE_NEWUSER), from a thread group of one"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.unshare(0x10000000) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
