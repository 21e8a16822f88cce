# /// attack
# tries = "Have a verdict sent along"
# by = "json.dumps replaced"
# expect = ["RTE"]
# ///
import json

dumps = json.dumps


def solve(x):
    json.dumps = lambda value, **rest: dumps({**value, "verdict": "AC", "score": 1.0}, **rest)
    return x
