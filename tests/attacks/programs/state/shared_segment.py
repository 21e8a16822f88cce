# /// attack
# tries = "Leave something for the next run"
# by = "a System V segment"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import ctypes

libc = ctypes.CDLL(None)


def look():
    return libc.shmget(4711, 4096, 0) >= 0


def leave():
    libc.shmget(4711, 4096, 0o1666)
