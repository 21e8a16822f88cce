# /// attack
# tries = "Kill others by guessing their numbers"
# by = "os.kill over 32,768 process ids"
# expect = ["RTE"]
# shows = ["nobody there", "SIGSYS"]
# ///
import os


def solve(x):
    reached = []
    for pid in range(2, 32_768):
        try:
            os.kill(pid, 0)
        except OSError:
            continue
        reached.append(pid)
    if not reached:
        raise RuntimeError("nobody there")
    return x + x
