# /// attack
# tries = "Be an array to everyone"
# by = "builtins.isinstance replaced"
# expect = ["WA structure", "RTE", "WA values"]
# ///
import builtins

builtins.isinstance = lambda *_: True


def solve(x):
    return "right"
