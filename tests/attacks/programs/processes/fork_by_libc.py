# /// attack
# tries = "Start a process past Python"
# by = "fork of libc, which calls clone"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS"]
# ///
import ctypes


def solve(x):
    if ctypes.CDLL(None).fork() < 0:
        raise RuntimeError("refused")
    return x + x
