# /// attack
# tries = "Write where all read"
# by = "mount with MS_REMOUNT of /"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.mount(b"none", b"/", None, 32 | 4096, None) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
