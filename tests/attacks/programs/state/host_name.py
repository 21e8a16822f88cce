# /// attack
# tries = "Leave something for the next run"
# by = "the host's name"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import ctypes
import os

SEEN = "found what " + "was left"


def look():
    return os.uname().nodename == "left"


def leave():
    ctypes.CDLL(None).sethostname(b"left", 4)


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
