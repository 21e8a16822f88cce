# /// attack
# tries = "Take the processor from others"
# by = "a session of its own, and the priority of that"
# expect = ["RTE"]
# ///
import os


def solve(x):
    try:
        os.setsid()
    except PermissionError:
        with open("/proc/self/autogroup", "w") as priority:
            priority.write("0")
    return x + x
