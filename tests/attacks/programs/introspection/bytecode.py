# /// attack
# tries = "Find the reference as bytecode"
# by = "code objects that call numpy.add"
# expect = ["RTE"]
# shows = ["nothing found"]
# ///
import gc
import types


def solve(x):
    for held in gc.get_objects():
        code = getattr(held, "__code__", None)
        if isinstance(code, types.CodeType) and code.co_name == "solve":
            if code is not solve.__code__ and code.co_varnames[:1] == ("x",):
                return held(x)
    raise RuntimeError("nothing found")
