# /// attack
# tries = "Break what prints a number"
# by = "an exception with an integer beyond the limit of digits"
# expect = ["RTE"]
# shows = ["RuntimeError"]
# ///
def solve(x):
    raise RuntimeError(10 ** 100_000)
