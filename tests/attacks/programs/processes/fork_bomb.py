# /// attack
# tries = "Start processes without end"
# by = "os.fork"
# expect = ["RTE"]
# ///
import os


def solve(x):
    while True:
        os.fork()
