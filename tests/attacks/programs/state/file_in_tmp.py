# /// attack
# tries = "Leave something for the next run"
# by = "/tmp"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import os

SEEN = "found what " + "was left"


def look():
    return os.path.exists("/tmp/left")


def leave():
    open("/tmp/left", "w").close()


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
