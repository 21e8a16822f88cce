# /// attack
# tries = "Crash by libc"
# by = "abort"
# expect = ["RTE"]
# shows = ["killed by", "exited"]
# ///
import ctypes


def solve(x):
    ctypes.CDLL(None).abort()
