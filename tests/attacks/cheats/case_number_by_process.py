# /// attack
# tries = "Be right on the case that is shown, in a process each"
# by = "a counter, and a crash after the first case"
# expect = ["WA values", "RTE"]
# groups = ["one", "more"]
# ///
import os

calls = []


def solve(x):
    calls.append(1)
    if len(calls) > 1:
        os._exit(0)
    return x + x if not os.path.exists("/tmp/again") else x
