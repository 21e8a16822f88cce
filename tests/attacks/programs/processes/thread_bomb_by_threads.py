# /// attack
# tries = "Start threads from threads, doubling"
# by = "threading, recursively"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# ///
import threading
import time


def grow():
    for _ in range(2):
        threading.Thread(target=grow).start()
    time.sleep(1000)


def solve(x):
    grow()
