# /// attack
# tries = "Leave something for the next run"
# by = "a System V semaphore"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import ctypes

libc = ctypes.CDLL(None)

SEEN = "found what " + "was left"


def look():
    return libc.semget(4711, 1, 0) >= 0


def leave():
    libc.semget(4711, 1, 0o1666)


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
