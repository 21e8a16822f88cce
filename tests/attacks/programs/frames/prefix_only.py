# /// attack
# tries = "Have no answer taken for one"
# by = "half of a length, then the end"
# expect = ["RTE"]
# uses = ["frames"]
# ///
import os


def solve(x):
    send(b"\0\0\0")
    os._exit(0)
