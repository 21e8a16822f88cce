# /// attack
# tries = "Be right on the case that is shown"
# by = "a counter of calls"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
calls = []


def solve(x):
    calls.append(1)
    return x + x if len(calls) == 1 else x
