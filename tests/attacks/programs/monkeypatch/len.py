# /// attack
# tries = "Pass every cap"
# by = "builtins.len and min replaced"
# expect = ["RTE", "WA values", "TLE"]
# wall_s = 1.0
# ///
import builtins

builtins.len = lambda _: 0
builtins.min = lambda *_, **__: 0


def solve(x):
    return x
