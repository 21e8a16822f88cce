# /// attack
# tries = "Find what is only held weakly"
# by = "weakref to the instances of every class"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import gc
import weakref


def solve(x):
    for held in gc.get_objects():
        try:
            names = [str(type(r()).__module__) for r in weakref.getweakrefs(held)]
        except TypeError:
            continue
        if any(name.startswith(("judge", "app")) for name in names):
            return x + x
    raise RuntimeError("nothing found")
