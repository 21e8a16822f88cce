# /// attack
# tries = "Take the mounts along"
# by = "open_tree (428) with OPEN_TREE_CLONE"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(428, -100, b"/", 1) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
