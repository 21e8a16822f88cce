# /// attack
# tries = "Find the reference among modules"
# by = "sys.modules and their sources"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import sys

NEEDLE = "canary-of-" + "the-reference"


def solve(x):
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("judge", "app", "reference", "problems"):
            return x + x
        if NEEDLE in str(getattr(module, "__doc__", "")):
            return x + x
    raise RuntimeError("nothing found")
