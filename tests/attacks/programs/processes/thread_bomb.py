# /// attack
# tries = "Start threads without end"
# by = "threading, each thread asleep"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# ///
import threading
import time


def solve(x):
    while True:
        threading.Thread(target=time.sleep, args=(1000,)).start()
