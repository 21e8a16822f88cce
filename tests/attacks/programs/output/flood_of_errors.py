# /// attack
# tries = "Fill the judge with text, past Python"
# by = "os.write to the standard error"
# expect = ["OLE"]
# ///
import os


def solve(x):
    while True:
        os.write(2, b"x" * 1000)
