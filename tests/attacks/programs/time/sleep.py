# /// attack
# tries = "Hold the judge and use no CPU"
# by = "time.sleep"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import time


def solve(x):
    time.sleep(1000)
