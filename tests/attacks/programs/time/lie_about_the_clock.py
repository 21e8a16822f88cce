# /// attack
# tries = "Look fast"
# by = "time.monotonic and perf_counter replaced, then asleep"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import time

sleep = time.sleep
time.monotonic = time.perf_counter = time.time = time.process_time = lambda: 0.0


def solve(x):
    sleep(1000)
    return x + x
