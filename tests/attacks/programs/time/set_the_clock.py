# /// attack
# tries = "Turn back the clock that limits it"
# by = "clock_settime"
# expect = ["RTE"]
# shows = ["PermissionError", "OSError", "SIGSYS"]
# ///
import time


def solve(x):
    time.clock_settime(time.CLOCK_REALTIME, 0)
    return x + x
