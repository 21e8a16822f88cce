# /// attack
# tries = "Change numbers everywhere"
# by = "the cached small integer 3 overwritten by ctypes"
# expect = ["RTE", "WA shape", "WA values", "TLE"]
# wall_s = 1.0
# ///
import ctypes


def solve(x):
    ctypes.c_long.from_address(id(3) + 24).value = 4
    return x + x * 0
