# /// attack
# tries = "Stay below the cap of each by turns"
# by = "stdout and stderr alternately"
# expect = ["OLE"]
# ///
import os


def solve(x):
    while True:
        os.write(1, b"o" * 500)
        os.write(2, b"e" * 500)
