# /// attack
# tries = "Recurse further than Python allows"
# by = "a limit of 5,000"
# expect = ["AC"]
# ///
import sys

sys.setrecursionlimit(5_000)


def down(x, depth):
    return x if depth == 0 else down(x, depth - 1)


def solve(x):
    return down(x + x, 3_000)
