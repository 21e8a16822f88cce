# /// attack
# tries = "Hold the judge by another thread"
# by = "a thread that spins, and a lock that is never given back"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import threading


def spin():
    while True:
        pass


def solve(x):
    threading.Thread(target=spin).start()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
