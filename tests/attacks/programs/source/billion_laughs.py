# /// attack
# tries = "Unfold when printed"
# by = "lists of lists of lists in an exception"
# expect = ["RTE", "MLE", "TLE"]
# wall_s = 3.0
# ///
held = "ha"
for _ in range(10):
    held = [held] * 10


def solve(x):
    raise RuntimeError(held)
