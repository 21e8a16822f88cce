# /// attack
# tries = "Find the reference among lines that tracebacks quote"
# by = "linecache"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import linecache

NEEDLE = "canary-of-" + "the-reference"


def solve(x):
    for entry in linecache.cache.values():
        if len(entry) > 2 and any(NEEDLE in line for line in entry[2]):
            return x + x
    raise RuntimeError("nothing found")
