# /// attack
# tries = "Start a process on a terminal of its own"
# by = "os.forkpty"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os


def solve(x):
    os.forkpty()
    return x + x
