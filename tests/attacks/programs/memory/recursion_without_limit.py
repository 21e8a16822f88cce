# /// attack
# tries = "Overflow the stack"
# by = "recursion with the limit lifted"
# expect = ["RTE", "MLE"]
# ///
import sys

sys.setrecursionlimit(2**31 - 1)


def solve(x):
    return sorted([x], key=solve)
