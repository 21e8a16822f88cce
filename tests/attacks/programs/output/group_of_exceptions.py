# /// attack
# tries = "Break what prints nested exceptions"
# by = "an ExceptionGroup 500 deep"
# expect = ["RTE"]
# shows = ["group"]
# ///
def solve(x):
    error = RuntimeError("refused")
    for _ in range(500):
        error = ExceptionGroup("group", [error])
    raise error
