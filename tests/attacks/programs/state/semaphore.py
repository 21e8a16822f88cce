# /// attack
# tries = "Leave something for the next run"
# by = "a System V semaphore"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import ctypes

libc = ctypes.CDLL(None)


def look():
    return libc.semget(4711, 1, 0) >= 0


def leave():
    libc.semget(4711, 1, 0o1666)
