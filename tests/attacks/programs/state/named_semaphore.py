# /// attack
# tries = "Leave something for the next run"
# by = "a POSIX semaphore"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import ctypes

libc = ctypes.CDLL(None)
libc.sem_open.restype = ctypes.c_void_p


def look():
    return bool(libc.sem_open(b"/left", 0))


def leave():
    libc.sem_open(b"/left", 0o100, 0o666, 1)
