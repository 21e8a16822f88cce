# /// attack
# tries = "Run what others compiled"
# by = "every entry of the persistent cache, by name"
# expect = ["RTE"]
# shows = ["all public"]
# ///
import os


def solve(x):
    names = os.listdir("/runtime/cache") if os.path.isdir("/runtime/cache") else []
    if any("solve" in name or "reference" in name for name in names):
        return x + x
    raise RuntimeError(f"{len(names)} programs, all public")
