# /// attack
# tries = "Hold the judge in one call that checks no signal"
# by = "sum over itertools.repeat"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import itertools


def solve(x):
    return sum(itertools.repeat(1))
