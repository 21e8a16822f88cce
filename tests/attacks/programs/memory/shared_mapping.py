# /// attack
# tries = "Take all memory, shared so that it is nobody's"
# by = "mmap with MAP_SHARED"
# expect = ["MLE"]
# ///
import mmap


def solve(x):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 24, flags=mmap.MAP_SHARED))
        kept[-1].write(b"x" * (1 << 24))
