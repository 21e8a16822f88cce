# /// attack
# tries = "Start a process that shares the memory but is no thread"
# by = "clone with CLONE_VM and a stack of its own"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
ENTRY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
STACK = ctypes.create_string_buffer(65_536)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.clone(ENTRY, ctypes.c_void_p(ctypes.addressof(STACK) + 60_000), 0x100 | 17, None) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
