# /// attack
# tries = "Become another program that keeps the channel"
# by = "os.execve of the interpreter"
# expect = ["RTE"]
# shows = ["PermissionError", "OSError", "SIGSYS"]
# ///
import os
import sys


def solve(x):
    for descriptor in range(3, 64):
        try:
            os.set_inheritable(descriptor, True)
        except OSError:
            pass
    os.execve(sys.executable, [sys.executable, "-c", "while True: pass"], {})
