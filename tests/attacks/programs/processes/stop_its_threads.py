# /// attack
# tries = "Stop every thread but the one that spins"
# by = "SIGSTOP by pthread_kill"
# expect = ["RTE", "TLE"]
# wall_s = 0.7
# ///
import signal
import threading


def solve(x):
    while True:
        for thread in threading.enumerate():
            signal.pthread_kill(thread.ident, signal.SIGSTOP)
