# /// attack
# tries = "End with success, and no answer"
# by = "os._exit(0)"
# expect = ["RTE"]
# shows = ["without an answer"]
# ///
import os


def solve(x):
    os._exit(0)
