# /// attack
# tries = "See other processes"
# by = "its own number, and what /proc lists"
# expect = ["RTE"]
# shows = ["alone: ['cpuinfo']"]
# ///
import os


def solve(x):
    listed = os.listdir("/proc")
    if os.getpid() != 1 or os.getppid() != 0 or any(name.isdigit() for name in listed):
        return x + x
    raise RuntimeError(f"alone: {listed}")
