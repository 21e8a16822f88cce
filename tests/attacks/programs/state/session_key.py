# /// attack
# tries = "Leave something for the next run"
# by = "the keyring"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import ctypes

libc = ctypes.CDLL(None)


def look():
    return libc.syscall(249, b"user", b"left", None, 0) >= 0


def leave():
    libc.syscall(248, b"user", b"left", b"1", 1, -3)
