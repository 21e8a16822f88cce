# /// attack
# tries = "Take all memory"
# by = "mmap, every page touched"
# expect = ["MLE"]
# ///
import mmap


def solve(x):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 24))
        kept[-1].write(b"x" * (1 << 24))
