# /// attack
# tries = "Print past the descriptors that are watched"
# by = "a duplicate of stdout"
# expect = ["OLE"]
# ///
import os

COPY = os.dup(1)


def solve(x):
    os.close(1)
    while True:
        os.write(COPY, b"x" * 1000)
