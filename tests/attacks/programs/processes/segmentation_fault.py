# /// attack
# tries = "Crash"
# by = "a read of address 0"
# expect = ["RTE"]
# shows = ["SIGSEGV"]
# ///
import ctypes


def solve(x):
    ctypes.string_at(0)
