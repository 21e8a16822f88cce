# /// attack
# tries = "Have nothing compared"
# by = "runner.answers.encode says that the output is empty"
# expect = ["WA structure"]
# ///
import sys


def solve(x):
    answers = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.answers"))
    answers.encode = lambda value: ({"output": {"structure": "PyTreeDef(*)", "leaves": []}}, [])
    return x
