# /// attack
# tries = "Run what the reference compiled"
# by = "caches of jit"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import gc
import inspect


def solve(x):
    for held in gc.get_objects():
        if type(held).__name__ == "PjitFunction" and held.__name__ == "solve":
            if list(inspect.signature(held).parameters) == ["x"]:
                return held(x)
    raise RuntimeError("nothing found")
