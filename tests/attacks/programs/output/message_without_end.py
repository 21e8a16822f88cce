# /// attack
# tries = "Fill the report"
# by = "an exception of 100 MB"
# expect = ["RTE"]
# shows = ["x \u2026"]
# ///
def solve(x):
    raise RuntimeError("x" * 100_000_000)
