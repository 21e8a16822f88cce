# /// attack
# tries = "Leave something for the next run"
# by = "the keyring"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import ctypes

libc = ctypes.CDLL(None)

SEEN = "found what " + "was left"


def look():
    return libc.syscall(249, b"user", b"left", None, 0) >= 0


def leave():
    libc.syscall(248, b"user", b"left", b"1", 1, -3)


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
