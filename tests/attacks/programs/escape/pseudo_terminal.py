# /// attack
# tries = "Speak to a run beside it"
# by = "a terminal that both could open"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os


def solve(x):
    master = os.open("/dev/ptmx", os.O_RDWR)
    os.write(master, b"left")
    return x + x
