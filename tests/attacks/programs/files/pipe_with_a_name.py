# /// attack
# tries = "Hold the judge by a file that never opens"
# by = "a FIFO"
# expect = ["TLE", "RTE"]
# wall_s = 0.5
# ///
import os


def solve(x):
    os.mkfifo("/tmp/pipe")
    with open("/tmp/pipe") as file:
        file.read()
