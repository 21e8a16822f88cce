# /// attack
# tries = "Break what reads by lines"
# by = "64 KiB and more without a line end, not in UTF-8"
# expect = ["OLE"]
# ///
import os


def solve(x):
    while True:
        os.write(1, b"\xff\xfe\x00\x80" * 4096)
