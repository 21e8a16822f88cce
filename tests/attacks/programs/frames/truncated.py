# /// attack
# tries = "Have half an answer taken for one"
# by = "a length of 12 bytes and 4 of them, then the end"
# expect = ["RTE"]
# uses = ["frames"]
# ///
import os


def solve(x):
    send(answer(bytes(12), [3])[:-8])
    os._exit(0)
