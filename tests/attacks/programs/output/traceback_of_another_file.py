# /// attack
# tries = "Have lines of other files quoted"
# by = "code that calls itself solution.py, line two billion"
# expect = ["RTE"]
# shows = ["refused"]
# ///
import linecache

linecache.cache["solution.py"] = (0, None, ["canary of the line cache"] * 10, "solution.py")
CODE = compile("\n" * 60_000 + "raise RuntimeError('refused')", "solution.py", "exec")


def solve(x):
    exec(CODE)
