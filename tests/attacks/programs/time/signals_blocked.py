# /// attack
# tries = "Outlive the time limit"
# by = "every signal blocked by a mask"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import signal


def solve(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    signal.sigwait(signal.valid_signals() - {signal.SIGCHLD})
