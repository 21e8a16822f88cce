# /// attack
# tries = "Find the expected values in raw memory"
# by = "the heap around its own objects, byte by byte"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import ctypes
import gc

# The other way round, so that the search does not find itself.
ELDEEN = b"ecnerefer-eht-fo-yranac"


def solve(x):
    found = 0
    for held in gc.get_objects():
        size = type(held).__basicsize__
        found += ELDEEN in ctypes.string_at(id(held), min(size, 512))[::-1]
    if found:
        return x + x
    raise RuntimeError("nothing found")
