# /// attack
# tries = "Hold the judge in one call of C"
# by = "a pattern that backtracks without end"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import re


def solve(x):
    re.match("(a+)+$", "a" * 64 + "b")
