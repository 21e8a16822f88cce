# /// attack
# tries = "Leave a tree that cannot be removed"
# by = "folders in folders, far beyond the longest path"
# expect = ["RTE"]
# shows = ["No space left", "SIGSYS", "Permission"]
# ///
import os


def solve(x):
    for _ in range(1_000_000):
        os.mkdir("d")
        os.chdir("d")
    return x + x
