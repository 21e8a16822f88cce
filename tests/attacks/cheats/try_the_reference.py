# /// attack
# tries = "Ask the reference"
# by = "an import of everything it may be called"
# expect = ["WA values"]
# ///
def solve(x):
    for name in ("reference", "solution_reference", "judge.reference", "runner.reference"):
        try:
            return __import__(name, fromlist=["solve"]).solve(x)
        except ImportError:
            pass
    return x
