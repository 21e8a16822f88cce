# /// attack
# tries = "End while it is loaded"
# by = "SystemExit in a decorator"
# expect = ["RTE"]
# shows = ["SystemExit"]
# ///
def leave(function):
    raise SystemExit(0)


@leave
def solve(x):
    return x + x
