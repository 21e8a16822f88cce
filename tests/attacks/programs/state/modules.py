# /// attack
# tries = "Leave something for the next run"
# by = "sys.modules and builtins"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import builtins
import sys

SEEN = "found what " + "was left"


def look():
    return "left" in sys.modules or hasattr(builtins, "left")


def leave():
    sys.modules["left"] = sys
    builtins.left = True


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
