# /// attack
# tries = "Hold the judge in a signal handler"
# by = "an interval timer whose handler never returns"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import signal


def spin(*_):
    while True:
        pass


def solve(x):
    signal.signal(signal.SIGALRM, spin)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
