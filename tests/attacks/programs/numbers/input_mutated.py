# /// attack
# tries = "Change what the judge compares with"
# by = "zeros written into the buffer of x, then x returned"
# expect = ["WA values"]
# ///
import ctypes


def solve(x):
    ctypes.memset(x.unsafe_buffer_pointer(), 0, x.nbytes)
    return x
