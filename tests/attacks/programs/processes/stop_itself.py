# /// attack
# tries = "Stop, so that nothing ends it"
# by = "SIGSTOP to itself"
# expect = ["RTE", "TLE"]
# wall_s = 0.7
# ///
import os
import signal


def solve(x):
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
