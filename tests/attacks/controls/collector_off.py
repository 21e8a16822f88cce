# /// attack
# tries = "Turn the collector off"
# by = "gc.disable"
# expect = ["AC"]
# ///
import gc

gc.disable()


def solve(x):
    return x + x
