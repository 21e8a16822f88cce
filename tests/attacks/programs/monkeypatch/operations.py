# /// attack
# tries = "Answer in place of the runner"
# by = "the runner's table of operations"
# expect = ["RTE", "WA values", "WA structure"]
# groups = ["one", "more"]
# ///
import sys


def solve(x):
    serve = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.serve"))
    serve._OPERATIONS["call"] = lambda *_: ({"verdict": "AC"}, [])
    return x + x
