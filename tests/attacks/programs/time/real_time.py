# /// attack
# tries = "Take the processor from everyone"
# by = "the scheduling class SCHED_FIFO"
# expect = ["RTE"]
# shows = ["PermissionError", "OSError", "SIGSYS"]
# ///
import os


def solve(x):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
    return x + x
