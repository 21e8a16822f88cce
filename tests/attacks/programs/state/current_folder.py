# /// attack
# tries = "Leave something for the next run"
# by = "the current folder and the mask of files"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import os

SEEN = "found what " + "was left"


def look():
    return os.getcwd() != "/tmp" or os.umask(0o22) == 0o777


def leave():
    os.chdir("/dev")
    os.umask(0o777)


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
