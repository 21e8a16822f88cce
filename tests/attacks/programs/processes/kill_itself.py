# /// attack
# tries = "End without an answer"
# by = "SIGKILL to itself"
# expect = ["RTE"]
# shows = ["still there", "SIGKILL", "SIGSYS"]
# ///
import os


def solve(x):
    os.kill(os.getpid(), 9)
    raise RuntimeError("still there")
