# /// attack
# tries = "Hold the judge in its own code after the return"
# by = "sys.setprofile"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import sys


def spin(frame, event, argument):
    while event == "return" and frame.f_code.co_name == "encode":
        pass


def solve(x):
    sys.setprofile(spin)
    return x + x
