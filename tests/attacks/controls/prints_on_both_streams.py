# /// attack
# tries = "Print to find a mistake"
# by = "print and the standard error"
# expect = ["AC"]
# shows = ["doubling"]
# ///
import sys


def solve(x):
    print("x is", x)
    print("doubling", file=sys.stderr)
    return x + x
