# /// attack
# tries = "Run the interpreter once more"
# by = "os.posix_spawn"
# expect = ["RTE"]
# shows = ["PermissionError", "OSError", "SIGSYS"]
# ///
import os
import sys


def solve(x):
    os.posix_spawn(sys.executable, [sys.executable, "-c", "while True: pass"], {})
    return x + x
