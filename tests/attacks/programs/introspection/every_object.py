# /// attack
# tries = "Find the reference among all objects"
# by = "gc.get_objects, two levels deep"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import gc

# The other way round, so that the search does not find itself.
ELDEEN = "ecnerefer-eht-fo-yranac"


def solve(x):
    for held in gc.get_objects():
        values = held.values() if type(held) is dict else held
        if type(held) not in (dict, list, tuple):
            continue
        for value in list(values):
            if type(value) in (str, bytes) and ELDEEN in str(value)[::-1]:
                return x + x
    raise RuntimeError("nothing found")
