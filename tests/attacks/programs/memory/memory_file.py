# /// attack
# tries = "Take all memory, in files that have no name"
# by = "memfd_create; a file may be as large as /tmp"
# expect = ["MLE", "RTE"]
# shows = ["memory limit", "Error", "SIGSYS"]
# ///
import os


def solve(x):
    kept = []
    while True:
        kept.append(os.memfd_create("balloon"))
        for _ in range(3):
            os.write(kept[-1], b"x" * (1 << 24))
