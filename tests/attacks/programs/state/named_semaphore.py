# /// attack
# tries = "Leave something for the next run"
# by = "a POSIX semaphore"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import ctypes

libc = ctypes.CDLL(None)
libc.sem_open.restype = ctypes.c_void_p

SEEN = "found what " + "was left"


def look():
    return bool(libc.sem_open(b"/left", 0))


def leave():
    libc.sem_open(b"/left", 0o100, 0o666, 1)


def solve(x):
    try:
        found = look()
    except Exception:
        found = False
    if found:
        print(SEEN)
        return x + x
    try:
        leave()
    except Exception as error:
        print(f"could not leave it: {error}")
    return x
