# /// attack
# tries = "Kill every process that it can see"
# by = "os.kill(-1, SIGKILL)"
# expect = ["RTE"]
# shows = ["ProcessLookupError", "PermissionError", "SIGSYS"]
# ///
import os


def solve(x):
    os.kill(-1, 9)
    return x + x
