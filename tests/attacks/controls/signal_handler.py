# /// attack
# tries = "Set a signal handler"
# by = "SIGALRM, which never comes"
# expect = ["AC"]
# ///
import signal


def solve(x):
    signal.signal(signal.SIGALRM, lambda *_: None)
    return x + x
