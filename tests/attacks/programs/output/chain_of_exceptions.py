# /// attack
# tries = "Break what walks from cause to cause"
# by = "100,000 causes"
# expect = ["RTE"]
# shows = ["refused"]
# ///
def solve(x):
    error = None
    for _ in range(100_000):
        following = RuntimeError("refused")
        following.__cause__ = error
        error = following
    raise error
