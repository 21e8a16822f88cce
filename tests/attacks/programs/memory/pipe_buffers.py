# /// attack
# tries = "Take the kernel's memory"
# by = "pipes filled and kept"
# expect = ["RTE", "MLE"]
# ///
import os


def solve(x):
    kept = []
    while True:
        kept.append(os.pipe())
        os.set_blocking(kept[-1][1], False)
        try:
            while True:
                os.write(kept[-1][1], b"x" * 65_536)
        except BlockingIOError:
            pass
