# /// attack
# tries = "End the thread that the judge started and live on in another"
# by = "the system call exit (60)"
# expect = ["RTE", "TLE"]
# wall_s = 0.7
# ///
import ctypes
import threading
import time


def solve(x):
    threading.Thread(target=time.sleep, args=(1000,)).start()
    ctypes.CDLL(None).syscall(60, 0)
