# /// attack
# tries = "Read secrets in the environment"
# by = "os.environ, and the block that libc holds"
# expect = ["RTE"]
# shows = ["HOME is /tmp"]
# ///
import ctypes
import os


def solve(x):
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    held, number = [], 0
    while block and block[number]:
        held.append(block[number].decode())
        number += 1
    raise RuntimeError(f"HOME is {os.environ['HOME']}: {held} {dict(os.environ)}")
