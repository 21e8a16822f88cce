# /// attack
# tries = "Take its time"
# by = "half a second of sleep"
# expect = ["AC"]
# ///
import time


def solve(x):
    time.sleep(0.3)
    return x + x
