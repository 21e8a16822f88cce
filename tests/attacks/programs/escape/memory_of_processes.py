# /// attack
# tries = "Read the memory of a process"
# by = "process_vm_readv (310), tried on itself"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes
import os
TEXT = ctypes.create_string_buffer(8)
IO = (ctypes.c_uint64 * 2)(ctypes.addressof(TEXT), 8)
libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    if libc.syscall(310, os.getpid(), IO, 1, IO, 1, 0) < 0:
        raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
    return x + x
