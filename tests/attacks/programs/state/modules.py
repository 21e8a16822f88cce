# /// attack
# tries = "Leave something for the next run"
# by = "sys.modules and builtins"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import builtins
import sys


def look():
    return "left" in sys.modules or hasattr(builtins, "left")


def leave():
    sys.modules["left"] = sys
    builtins.left = True
