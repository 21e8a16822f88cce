# /// attack
# tries = "Call the warm-up for the answer"
# by = "sys.modules and gc, in a process that ran it"
# expect = ["WA values", "RTE"]
# spare = true
# groups = []
# ///
import gc
import sys


def solve(x):
    for held in [*sys.modules.values(), *gc.get_objects()]:
        names = held if type(held) is dict else getattr(held, "__dict__", {})
        if type(names) is dict and callable(names.get("warmup")) and "FACTOR" in names:
            return names["warmup"](x)
    raise RuntimeError("no warm-up")
